using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

internal sealed partial class RunState
{
    /// <summary>The state after a log. What is open is offered anew by <see cref="Decide"/>; nothing else is repeated.</summary>
    public static RunState Load(IEnumerable<RunEvent> events)
    {
        var state = new RunState();
        state.Replay(events);
        return state;
    }

    /// <summary>Takes one event in.</summary>
    /// <exception cref="InvalidOperationException">The event cannot follow: the log is damaged.</exception>
    public void Apply(RunEvent e)
    {
        if (e.Version != Version + 1)
        {
            throw new InvalidOperationException($"Run '{e.RunId}': event {e.Version} cannot follow version {Version}.");
        }

        if (Status.IsTerminal())
        {
            throw new InvalidOperationException($"Run '{e.RunId}': event {e.Version} ({e.BodyCase}) follows the end of the run.");
        }

        Version = e.Version;
        UpdatedAt = e.Time.ToDateTimeOffset();
        if (e.RequestId.Length > 0)
        {
            _requests.Add(e.RequestId);
        }

        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.RunSubmitted: OnSubmitted(e); break;
            case RunEvent.BodyOneofCase.PlanRequested: OnPlanRequested(e.PlanRequested); break;
            case RunEvent.BodyOneofCase.PlanAccepted: OnPlanAccepted(e.PlanAccepted.Plan); break;
            case RunEvent.BodyOneofCase.PlanRejected or RunEvent.BodyOneofCase.RunCancelRequested or RunEvent.BodyOneofCase.ContextResolved or RunEvent.BodyOneofCase.TaskWindowed: break;
            case RunEvent.BodyOneofCase.ToolCalled: Saw(Task(e.ToolCalled.TaskId), e.ToolCalled.Seq); break;
            case RunEvent.BodyOneofCase.ModelCalled: Saw(Task(e.ModelCalled.TaskId), e.ModelCalled.Seq); break;
            case RunEvent.BodyOneofCase.RunCompleted: Completion = e.RunCompleted; End(State.Completed); break;
            case RunEvent.BodyOneofCase.RunFailed: Failure = e.RunFailed.Failure; End(State.Failed); break;
            case RunEvent.BodyOneofCase.RunCancelled: End(State.Cancelled); break;
            case RunEvent.BodyOneofCase.TaskQueued: OnQueued(e.TaskQueued); break;
            case RunEvent.BodyOneofCase.TaskStarted: OnStarted(e.TaskStarted); break;
            case RunEvent.BodyOneofCase.TaskProgressed: OnProgressed(e.TaskProgressed); break;
            case RunEvent.BodyOneofCase.TaskOutput: OnOutput(e.TaskOutput); break;
            case RunEvent.BodyOneofCase.AttemptFailed: OnAttemptFailed(e.AttemptFailed); break;
            case RunEvent.BodyOneofCase.TaskReassigned: Task(e.TaskReassigned.TaskId).Estimate = e.TaskReassigned.Estimate; break;
            case RunEvent.BodyOneofCase.TaskCompleted: EndTask(Task(e.TaskCompleted.TaskId), State.Completed); break;
            case RunEvent.BodyOneofCase.TaskFailed: OnFailed(e.TaskFailed); break;
            case RunEvent.BodyOneofCase.TaskSkipped: OnSkipped(e.TaskSkipped); break;
            case RunEvent.BodyOneofCase.TaskCancelled: OnCancelled(Task(e.TaskCancelled.TaskId)); break;
            case RunEvent.BodyOneofCase.TaskExpanded: OnExpanded(e.TaskExpanded); break;
            case RunEvent.BodyOneofCase.TaskHeld: Task(e.TaskHeld.TaskId).Note = e.TaskHeld.Reason; break;
            case RunEvent.BodyOneofCase.ReviewRequested: OnReviewRequested(e.ReviewRequested); break;
            case RunEvent.BodyOneofCase.ReviewScored: OnReviewScored(e.ReviewScored); break;
            case RunEvent.BodyOneofCase.RevisionRequested: OnRevisionRequested(e.RevisionRequested); break;
            case RunEvent.BodyOneofCase.ApprovalRequested: OnApprovalRequested(e.ApprovalRequested); break;
            case RunEvent.BodyOneofCase.ApprovalReminded: OnApprovalReminded(e.ApprovalReminded); break;
            case RunEvent.BodyOneofCase.ApprovalEscalated: OnApprovalEscalated(e.ApprovalEscalated); break;
            case RunEvent.BodyOneofCase.ApprovalDecided: OnApprovalDecided(e.ApprovalDecided); break;
            case RunEvent.BodyOneofCase.WaitStarted: OnWaitStarted(e.WaitStarted); break;
            case RunEvent.BodyOneofCase.WaitEnded: OnWaitEnded(e.WaitEnded); break;
            case RunEvent.BodyOneofCase.SubRunStarted: OnSubRunStarted(e.SubRunStarted); break;
            case RunEvent.BodyOneofCase.SubRunEnded: OnSubRunEnded(e.SubRunEnded); break;
            case RunEvent.BodyOneofCase.RunPaused: OnPaused(); break;
            case RunEvent.BodyOneofCase.RunResumed: OnResumed(); break;
            case RunEvent.BodyOneofCase.GuidanceGiven: OnGuidanceGiven(e); break;
            case RunEvent.BodyOneofCase.FallbackTaken: OnFallbackTaken(e.FallbackTaken); break;
            case RunEvent.BodyOneofCase.TaskAdopted: OnAdopted(e.TaskAdopted); break;
            case RunEvent.BodyOneofCase.ContextStaged: OnStaged(e.ContextStaged); break;
            case RunEvent.BodyOneofCase.PolicyDecided: break;
            case RunEvent.BodyOneofCase.ToolApprovalRequested: OnToolApprovalRequested(e.ToolApprovalRequested); break;
            case RunEvent.BodyOneofCase.ToolApprovalDecided: OnToolApprovalDecided(e.ToolApprovalDecided); break;
            case RunEvent.BodyOneofCase.DiscussionTurns: OnDiscussionTurns(e.DiscussionTurns); break;
            case RunEvent.BodyOneofCase.DiscussionRuled: OnDiscussionRuled(e.DiscussionRuled); break;
            case RunEvent.BodyOneofCase.DisputeOpened: OnDisputeOpened(e.DisputeOpened); break;
            case RunEvent.BodyOneofCase.DisputeRuled: OnDisputeRuled(e.DisputeRuled); break;
            case RunEvent.BodyOneofCase.BudgetHeld: OnBudgetHeld(e.BudgetHeld); break;
            case RunEvent.BodyOneofCase.BudgetWarned: OnBudgetWarned(e.BudgetWarned); break;
            default: throw new InvalidOperationException($"Run '{e.RunId}': event {e.Version} has a body that this release does not know.");
        }
    }

    /// <summary>What is to be done since the last time it was asked, in order; what was overtaken is left out.</summary>
    public IReadOnlyList<RunCommand> Decide()
    {
        if (_commands.Count == 0)
        {
            return [];
        }

        var commands = _commands;
        _commands = [];
        commands.RemoveAll(command => command switch
        {
            RunCommand.Offer offer => Find(offer.TaskId) is not { Queued: true },
            RunCommand.Execute execute => Find(execute.TaskId)?.IsCurrent(execute.Attempt) != true,
            RunCommand.StartSubRun start => !ReferenceEquals(Find(start.TaskId)?.SubRun, start.Started),
            _ => false,
        });
        return commands;
    }

    private TaskNode Task(string id) =>
        Find(id) ?? throw new InvalidOperationException($"Run '{RunId}': event {Version} names the task '{id}', which does not exist.");

    private void OnSubmitted(RunEvent e)
    {
        RunId = e.RunId;
        TraceId = e.TraceId;
        TraceParent = e.TraceParent;
        Submitted = e.RunSubmitted;
        CreatedAt = UpdatedAt;
        SetBudget();
        Change(State.Pending);
    }

    private void OnPlanRequested(PlanRequested requested)
    {
        PlanRequest = requested;
        SetBudget();
        Change(State.Planning);
        if (requested.PlanningTask is { } planning)
        {
            _consider.Enqueue(Add(new TaskNode(planning.Id, TaskKind.Plan, planning, null, -1)));
        }
    }

    private void OnPlanAccepted(Plan plan)
    {
        Plan = plan;
        SetBudget();
        if (Status == State.Paused)
        {
            _beneath = State.InProgress;
        }
        else
        {
            Change(State.InProgress);
        }

        var first = _tasks.Count;
        foreach (var task in plan.Tasks)
        {
            Add(new TaskNode(task.Id, task.Foreach.Length > 0 ? TaskKind.Foreach : TaskKind.Work, task, null, -1));
        }

        _openPlanned = plan.Tasks.Count;
        _neededFields = PlanRules.NeededFields(plan);
        HasWindows = plan.Tasks.Any(task => task.Window is not null);
        foreach (var node in _tasks.Skip(first))
        {
            foreach (var name in node.Definition.DependsOn)
            {
                Task(name).Dependents.Add(node);
                node.OpenDependencies++;
            }

            if (node.OpenDependencies == 0)
            {
                _consider.Enqueue(node);
            }
        }
    }

    private void OnQueued(TaskQueued queued)
    {
        var task = Task(queued.TaskId);
        if (task.Status != State.Revision)
        {
            Change(task, State.Ready);
        }

        Begin(task);
        task.NotBefore = queued.NotBefore?.ToDateTimeOffset() ?? UpdatedAt;
        task.BudgetHeld = false;
        task.ModelHint = queued.ModelHint;
        Reserve(task, queued.Reserved);
        if (Status == State.Paused)
        {
            task.Parked = true;
            return;
        }

        task.Queued = true;
        _commands.Add(Offer(task));
    }

    private RunCommand.Offer Offer(TaskNode task) => new RunCommand.Offer(task.Id, task.Role, PriorityOf(task), task.NotBefore);

    private void OnStarted(TaskStarted started)
    {
        var task = Task(started.TaskId);
        Change(task, State.InProgress);
        task.Queued = false;
        task.Running = true;
        InFlight++;
        CountAttempt(task);
        task.Staged = null;
        task.Attempt = started.Attempt;
        task.Guided = _guidance.Count;
        task.InstanceId = started.InstanceId;
        task.InstanceName = started.InstanceName;
        task.Epoch = started.Epoch;
        task.Deadline = started.Deadline.ToDateTimeOffset();
        task.LastSeq = 0;
        task.StartedAt = UpdatedAt;
        task.FirstStartedAt ??= UpdatedAt;
        task.Progress = -1;
        task.ProgressMessage = "";
        task.Note = "";
        _commands.Add(new RunCommand.Execute(task.Id, task.Attempt));
    }

    private void OnProgressed(TaskProgressed progressed)
    {
        var task = Task(progressed.TaskId);
        task.Progress = progressed.Fraction;
        task.ProgressMessage = progressed.Message;
        Saw(task, progressed.Seq);
    }

    private static void Saw(TaskNode task, long seq) => task.LastSeq = Math.Max(task.LastSeq, seq);

    private void OnOutput(TaskOutput output)
    {
        var task = Task(output.TaskId);
        task.Output = output.Output ?? new Struct();
        task.OutputRef = output.OutputRef;
        (task.Extract, task.WholeTokens) = (output.Extract, output.Tokens);
        task.ModelParts = output.ModelParts;
        task.Skills = output.Skills;
        task.Contested = output.Contested;
        if (task.Next == NextStep.TakeValue)
        {
            EndTask(task, State.Completed);
            return;
        }

        Settle(task, output.Usage ?? s_nothing);
        Release(task);
        task.Failures = 0;
        task.Refusals = 0;
        task.LastFailure = null;
        task.Progress = 1;
        _commands.Add(new RunCommand.Acknowledge(task.Id, task.Attempt, task.InstanceId));
        if (task.HasGate)
        {
            Change(task, State.Review);
            _consider.Enqueue(task);
        }
        else
        {
            EndTask(task, State.Completed);
        }
    }

    private void OnAttemptFailed(AttemptFailed failed)
    {
        var task = Task(failed.TaskId);
        SettleFailed(task, failed.Failure);
        Release(task);
        (task.Failures, task.Refusals) = RetryRules.Counts(failed.Failure) ? (task.Failures + 1, 0) : (task.Failures, task.Refusals + 1);
        task.LastFailure = failed.Failure;
        _commands.Add(new RunCommand.Stop(task.Id, task.Attempt, task.InstanceId, failed.Failure.Message));
    }

    private void OnFailed(TaskFailed failed)
    {
        var task = Task(failed.TaskId);
        task.LastFailure = failed.Failure;
        Close(task, failed.Failure.Message);
        EndTask(task, State.Failed);
    }

    private void OnCancelled(TaskNode task)
    {
        Close(task, "the task is no longer wanted");
        if (task.Kind == TaskKind.Review)
        {
            task.Parent!.ReviewOpen = false;
        }

        EndTask(task, State.Cancelled);
    }

    private void OnSkipped(TaskSkipped skipped)
    {
        var task = Task(skipped.TaskId);
        task.Note = skipped.Reason;
        task.Missing = skipped.OverBudget ? [skipped.Reason] : task.Missing;
        Close(task, skipped.Reason);
        EndTask(task, State.Skipped);
    }

    private void OnExpanded(TaskExpanded expanded)
    {
        var group = Task(expanded.TaskId);
        Change(group, State.InProgress);
        group.FirstStartedAt = group.StartedAt = UpdatedAt;
        group.Items = new List<TaskNode>(expanded.Items.Count);
        foreach (var value in expanded.Items)
        {
            var index = group.Items.Count;
            var item = Add(new TaskNode($"{group.Id}/{index}", TaskKind.Item, group.Definition, group, index) { Item = value });
            group.Items.Add(item);
        }

        group.OpenItems = group.Items.Count;
        AdoptItems(group);
        _consider.Enqueue(group);
    }

    private void OnReviewRequested(ReviewRequested requested)
    {
        var task = Task(requested.TaskId);
        task.Round = requested.Round;
        task.ReviewOpen = true;
        foreach (var review in requested.ReviewTask is { } only ? [only] : requested.ReviewTasks)
        {
            _consider.Enqueue(Add(new TaskNode(review.Id, TaskKind.Review, review, task, -1)));
        }
    }

    private void OnReviewScored(ReviewScored scored)
    {
        var task = Task(scored.TaskId);
        task.Score = scored.Score;
        task.Scores = [.. task.Scores, scored];
        task.ReviewOpen = false;
        task.Note = scored.Summary;
        if (scored.Verdict is "approved" or "accepted")
        {
            EndTask(task, State.Completed);
        }
    }

    private void OnRevisionRequested(RevisionRequested requested)
    {
        var task = Task(requested.TaskId);
        task.Review = Reviews.Told(this, task, requested.Round);
        Change(task, State.Revision);
        task.IsSentBack = false;
        if (requested.ByRuling)
        {
            task.Next = NextStep.Begin;
            _consider.Enqueue(task);
        }
    }
}

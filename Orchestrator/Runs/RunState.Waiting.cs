using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What is not done by agents: decisions, times, other runs, fallbacks, and outputs of an earlier run.</summary>
internal sealed partial class RunState
{
    private readonly SortedSet<TaskNode> _timers = new(new ByWakeTime());
    private readonly Dictionary<string, Dictionary<Value, Queue<TaskAdopted>>> _adoptable = new(StringComparer.Ordinal);

    /// <summary>Tasks whose time has come, earliest first.</summary>
    internal IEnumerable<TaskNode> Due(DateTimeOffset now) => _timers.TakeWhile(task => task.WakeAt <= now);

    private void OnApprovalRequested(ApprovalRequested asked)
    {
        var task = Task(asked.TaskId);
        Wait(task);
        if (asked.IsFallback)
        {
            task.Next = NextStep.None;
        }
        else
        {
            Begin(task);
        }

        Started(task);
        task.Approval = new OpenApproval(asked, Approvals.Terms(task, asked), UpdatedAt);
        OpenApprovals++;
        Arm(task);
    }

    private void OnApprovalReminded(ApprovalReminded reminded)
    {
        var task = Task(reminded.TaskId);
        var approval = Open(task);
        approval.Reminders = reminded.Count;
        approval.RemindAt = reminded.NextAt?.ToDateTimeOffset();
        Arm(task);
    }

    private void OnApprovalEscalated(ApprovalEscalated escalated)
    {
        var task = Task(escalated.TaskId);
        Open(task).EscalatedTo = escalated.Deciders;
        Arm(task);
    }

    private void OnApprovalDecided(ApprovalDecided decided)
    {
        var task = Task(decided.TaskId);
        var approval = Open(task);
        Release(task);
        if (approval.IsFallback)
        {
            if (decided.Approved)
            {
                Again(task);
                task.AskedInVain = decided.By is null;
            }

            return; // rejected: the next event says that it failed
        }

        if (approval.IsGate)
        {
            if (decided.Approved)
            {
                EndTask(task, State.Completed);
            }

            return;
        }

        task.Output = new Struct
        {
            Fields =
            {
                ["approved"] = Value.ForBool(decided.Approved),
                ["by"] = decided.By is { } by ? Value.ForString(by.Name) : Values.Null,
                ["comment"] = Value.ForString(decided.Comment),
                ["decided_at"] = Value.ForString(Moment(UpdatedAt)),
                ["timed_out"] = Value.ForBool(decided.By is null),
            },
        };
        if (Approvals.Completes(approval, decided.Approved))
        {
            EndTask(task, State.Completed);
        }
    }

    private void OnWaitStarted(WaitStarted started)
    {
        var task = Task(started.TaskId);
        Wait(task);
        Begin(task);
        Started(task);
        task.Until = started.Until.ToDateTimeOffset();
        Arm(task);
        if (task.Until <= UpdatedAt)
        {
            task.Next = NextStep.EndWait;
            _consider.Enqueue(task);
        }
    }

    private void OnWaitEnded(WaitEnded ended)
    {
        var task = Task(ended.TaskId);
        var until = task.Until ?? throw new InvalidOperationException($"Run '{RunId}': event {Version} ends a wait of '{task.Id}', which does not wait.");
        Release(task);
        if (task.Doer == Doer.Clock)
        {
            task.Output = new Struct
            {
                Fields = { ["until"] = Value.ForString(Moment(until)), ["ended_at"] = Value.ForString(Moment(UpdatedAt)) },
            };
            EndTask(task, State.Completed);
        }
        else
        {
            task.Next = NextStep.Begin;
            _consider.Enqueue(task);
        }
    }

    private void OnSubRunStarted(SubRunStarted started)
    {
        var task = Task(started.TaskId);
        Change(task, State.InProgress);
        Begin(task);
        Started(task);
        task.Attempt++;
        task.SubRun = started;
        task.SubRunId = started.RunId;
        task.Note = "";
        InFlight++;
        _commands.Add(new RunCommand.StartSubRun(task.Id, started));
    }

    private void OnSubRunEnded(SubRunEnded ended)
    {
        var task = Task(ended.TaskId);
        if (task.SubRun?.RunId != ended.RunId)
        {
            throw new InvalidOperationException($"Run '{RunId}': event {Version} ends the run '{ended.RunId}', which '{task.Id}' does not wait for.");
        }

        Settle(task, ended.Usage ?? s_nothing);
        Release(task);
        if (ended.Status == State.Completed)
        {
            task.Output = ended.Output ?? new Struct();
            task.OutputRef = ended.OutputRef;
            task.Missing = ended.Missing;
            task.Failures = 0;
            task.LastFailure = null;
            EndTask(task, State.Completed);
            return;
        }

        task.Failures++;
        task.LastFailure = SubRuns.FailureOf(ended);
    }

    private void OnDiscussionTurns(DiscussionTurns turns)
    {
        var task = Task(turns.TaskId);
        if (task.Status != State.InProgress)
        {
            Change(task, State.InProgress);
            Begin(task);
            Started(task);
        }

        task.Round = turns.Round;
        foreach (var turn in turns.Turns)
        {
            task.OpenItems++;
            _consider.Enqueue(Add(new TaskNode(turn.Id, TaskKind.Turn, turn, task, -1)));
        }
    }

    private void OnDiscussionRuled(DiscussionRuled ruled)
    {
        var task = Task(ruled.TaskId);
        task.Output = ruled.Output ?? new Struct();
        task.Note = string.Join(' ', ruled.Reasons);
        task.Progress = 1;
        EndTask(task, State.Completed);
    }

    private void OnDisputeOpened(DisputeOpened opened)
    {
        var task = Task(opened.TaskId);
        task.Contested = [.. task.Contested.Skip(1)];
        var dispute = Add(new TaskNode(opened.DisputeTask.Id, TaskKind.Dispute, opened.DisputeTask, task, -1));
        dispute.Output = Discussions.Opening(opened);
        (task.Disputes ??= []).Add(dispute);
        task.OpenItems++;
        _consider.Enqueue(dispute);
        _consider.Enqueue(task);
    }

    private void OnDisputeRuled(DisputeRuled ruled)
    {
        var task = Task(ruled.TaskId);
        task.Rulings = [.. task.Rulings, ruled.Ruling];
        task.IsSentBack |= ruled.Ruling.Outcome != Runs.Disputes.Dismissed;
        task.Note = $"{ruled.Ruling.Finding}: {ruled.Ruling.Outcome}. {string.Join(' ', ruled.Ruling.Reasons)}";
        _consider.Enqueue(task);
    }

    private void OnFallbackTaken(FallbackTaken taken)
    {
        var task = Task(taken.TaskId);
        Close(task, taken.Failure.Message);
        Wait(task);
        Count(task);
        task.LastFailure = taken.Failure;
        task.Fallback = taken.Kind;
        task.Note = $"Failed, fallback {taken.Kind}: {taken.Failure.Message}";
        task.ReviewOpen = false;
        task.DueAt = null;
        (task.Output, task.OutputRef, task.Score) = (null, null, null);
        Arm(task);
        switch (taken.Kind)
        {
            case Fallbacks.Role:
                task.OtherRole = taken.Role;
                Again(task);
                break;
            case Fallbacks.Value:
                task.Next = NextStep.TakeValue;
                break;
            case Fallbacks.Skip:
                task.Next = NextStep.Skip;
                break;
            case Fallbacks.Ask:
                task.Next = NextStep.Ask;
                break;
            default:
                throw new InvalidOperationException($"Run '{RunId}': event {Version} takes the fallback '{taken.Kind}', which this release does not know.");
        }

        _consider.Enqueue(task);
    }

    // With a fresh budget of attempts and of reviews.
    private void Again(TaskNode task)
    {
        task.Failures = 0;
        task.Refusals = 0;
        task.EarlierRounds = task.Round;
        task.Review = null;
        task.IsSentBack = false;
        task.Next = NextStep.Begin;
        _consider.Enqueue(task);
    }

    private void OnAdopted(TaskAdopted adopted)
    {
        if (adopted.TaskId.IndexOf('/') is var slash and > 0)
        {
            var group = adopted.TaskId[..slash];
            if (!_adoptable.TryGetValue(group, out var items))
            {
                _adoptable[group] = items = [];
            }

            var item = adopted.Items.Count > 0 ? adopted.Items[0] : Values.Null;
            if (!items.TryGetValue(item, out var outputs))
            {
                items[item] = outputs = [];
            }

            outputs.Enqueue(adopted);
            return;
        }

        Adopt(Task(adopted.TaskId), adopted);
    }

    private void AdoptItems(TaskNode group)
    {
        if (!_adoptable.Remove(group.Id, out var items))
        {
            return;
        }

        foreach (var item in group.Items!)
        {
            if (items.TryGetValue(item.Item!, out var outputs) && outputs.TryDequeue(out var adopted))
            {
                Adopt(item, adopted);
            }
        }
    }

    private void Adopt(TaskNode task, TaskAdopted adopted)
    {
        task.Output = adopted.Output ?? new Struct();
        task.OutputRef = adopted.OutputRef;
        task.Score = adopted.Score;
        task.AdoptedFrom = adopted.FromRun;
        task.Note = $"Taken over from run {adopted.FromRun}";
        task.Progress = 1;
        EndTask(task, State.Completed);
    }

    private void OnStaged(ContextStaged staged)
    {
        var task = Task(staged.TaskId);
        task.Staged ??= [];
        if (!task.Staged.Contains(staged.Key))
        {
            task.Staged.Add(staged.Key);
        }
    }

    private OpenApproval Open(TaskNode task) => task.Approval
        ?? throw new InvalidOperationException($"Run '{RunId}': event {Version} is about a decision on '{task.Id}', which does not wait for one.");

    private void Started(TaskNode task)
    {
        task.StartedAt = UpdatedAt;
        task.FirstStartedAt ??= UpdatedAt;
    }

    private void Wait(TaskNode task)
    {
        if (task.Status != State.Waiting)
        {
            Change(task, State.Waiting);
        }
    }

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}

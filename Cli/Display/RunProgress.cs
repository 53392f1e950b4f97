using Protos.V1;

namespace Cli.Display;

/// <summary>What the events of a run say about its tasks, a line for each.</summary>
internal sealed partial class RunProgress
{
    private readonly Dictionary<string, TaskLine> _byId = new(StringComparer.Ordinal);

    /// <summary>As the plan's tree has them: each below one that it needs.</summary>
    public List<TaskLine> Lines { get; } = [];

    public string Playbook { get; private set; } = "";

    public string Reason { get; private set; } = "";

    public State Status { get; private set; } = State.Pending;

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Takes an event in.</summary>
    /// <returns>What to print of it where lines cannot be redrawn; null: nothing.</returns>
    public string? Take(RunEvent e)
    {
        var time = e.Time.ToDateTimeOffset();
        EndedAt = e.BodyCase is RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled ? time : EndedAt;
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.RunSubmitted:
                StartedAt = time;
                return $"run {e.RunId} submitted";
            case RunEvent.BodyOneofCase.PlanRequested:
                Status = State.Planning;
                Playbook = e.PlanRequested.Playbook;
                Reason = e.PlanRequested.Reason;
                if (e.PlanRequested.PlanningTask is { } planning)
                {
                    Add(planning);
                }

                return $"playbook {Playbook}: {Reason}";
            case RunEvent.BodyOneofCase.PlanAccepted:
                Status = State.InProgress;
                var planned = e.PlanAccepted.Plan.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
                foreach (var branch in PlanTree.Of([.. planned.Values.Select(task => (task.Id, (IReadOnlyList<string>)task.DependsOn))]))
                {
                    Add(planned[branch.Id], branch.Prefix);
                }

                return $"plan with {e.PlanAccepted.Plan.Tasks.Count} tasks"
                    + string.Concat(e.PlanAccepted.Plan.Notes.Select(note => $"{Environment.NewLine}  {note}"));
            case RunEvent.BodyOneofCase.PlanRejected:
                return $"plan rejected: {string.Join("; ", e.PlanRejected.Violations)}";
            case RunEvent.BodyOneofCase.RunCompleted:
                Status = State.Completed;
                return "run completed";
            case RunEvent.BodyOneofCase.RunFailed:
                Status = State.Failed;
                EndAll(time);
                return $"run failed: {e.RunFailed.Failure.Message}";
            case RunEvent.BodyOneofCase.RunCancelled:
                Status = State.Cancelled;
                EndAll(time);
                return $"run cancelled: {e.RunCancelled.Reason}".TrimEnd(':', ' ');
            case RunEvent.BodyOneofCase.RunPaused:
                Status = State.Paused;
                return $"run paused by {e.RunPaused.Principal?.Name}: {e.RunPaused.Reason}".TrimEnd(':', ' ');
            case RunEvent.BodyOneofCase.RunResumed:
                Status = State.InProgress;
                return "run resumed";
            case RunEvent.BodyOneofCase.GuidanceGiven:
                return $"{e.GuidanceGiven.By?.Name} says: {e.GuidanceGiven.Text.ReplaceLineEndings(" ")}";
            default:
                return TakeTask(e, time) ?? TakeWaiting(e, time);
        }
    }

    private string? TakeTask(RunEvent e, DateTimeOffset time)
    {
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.TaskExpanded when Line(e.TaskExpanded.TaskId) is { } group:
                group.Items = e.TaskExpanded.Items.Count;
                group.Status = State.InProgress;
                group.StartedAt = time;
                return $"{group.Id}: {group.Items} items";
            case RunEvent.BodyOneofCase.TaskStarted when Line(e.TaskStarted.TaskId) is { } line:
                if (IsOwn(line, e.TaskStarted.TaskId))
                {
                    line.Status = State.InProgress;
                    line.Attempts = e.TaskStarted.Attempt;
                    line.Fraction = 0;
                    line.StartedAt ??= time;
                }

                line.Instance = e.TaskStarted.InstanceName;
                // Items come by the hundred: only their ends are told, in the counts of their line.
                return IsItem(line, e.TaskStarted.TaskId) && e.TaskStarted.Attempt == 1
                    ? null
                    : $"{e.TaskStarted.TaskId} started on {e.TaskStarted.InstanceName}" + (e.TaskStarted.Attempt > 1 ? $", attempt {e.TaskStarted.Attempt}" : "");
            case RunEvent.BodyOneofCase.TaskProgressed when Line(e.TaskProgressed.TaskId) is { } line:
                line.Fraction = IsOwn(line, e.TaskProgressed.TaskId) ? e.TaskProgressed.Fraction : line.Fraction;
                line.Message = e.TaskProgressed.Message;
                return null;
            case RunEvent.BodyOneofCase.TaskOutput when Line(e.TaskOutput.TaskId) is { } line:
                line.Settle(e.TaskOutput.TaskId, e.TaskOutput.Usage);
                return Output(line, e.TaskOutput.TaskId, time);
            case RunEvent.BodyOneofCase.TaskCompleted when Line(e.TaskCompleted.TaskId) is { } line:
                End(line, State.Completed, time);
                return $"{line.Id} completed" + (line.ItemsFailed > 0 ? $", {line.ItemsFailed} of {line.Items} failed" : "");
            case RunEvent.BodyOneofCase.TaskFailed when Line(e.TaskFailed.TaskId) is { } line:
                Decided(e.RunId, e.TaskFailed.TaskId);
                return Failed(line, e.TaskFailed, time);
            case RunEvent.BodyOneofCase.TaskSkipped when Line(e.TaskSkipped.TaskId) is { } line:
                Decided(e.RunId, e.TaskSkipped.TaskId);
                if (IsItem(line, e.TaskSkipped.TaskId))
                {
                    line.EndItem(e.TaskSkipped.TaskId);
                    return $"{e.TaskSkipped.TaskId} skipped: {e.TaskSkipped.Reason}";
                }

                End(line, State.Skipped, time);
                line.Message = e.TaskSkipped.Reason;
                return $"{line.Id} skipped: {e.TaskSkipped.Reason}";
            case RunEvent.BodyOneofCase.AttemptFailed:
                Line(e.AttemptFailed.TaskId)?.Settle(e.AttemptFailed.TaskId, e.AttemptFailed.Failure.Usage);
                return $"{e.AttemptFailed.TaskId} attempt {e.AttemptFailed.Attempt} failed: {e.AttemptFailed.Failure.Message}";
            case RunEvent.BodyOneofCase.TaskReassigned:
                return $"{e.TaskReassigned.TaskId} goes to another instance: {e.TaskReassigned.FromInstance} {e.TaskReassigned.Health}; "
                    + $"{Words.Duration(TimeSpan.FromMilliseconds(e.TaskReassigned.DelayMs))} lost";
            case RunEvent.BodyOneofCase.ModelCalled:
                Line(e.ModelCalled.TaskId)?.Spend(e.ModelCalled);
                return Words.Of(e.ModelCalled);
            case RunEvent.BodyOneofCase.TaskHeld when Line(e.TaskHeld.TaskId) is { } line:
                line.Message = e.TaskHeld.Reason;
                return $"{e.TaskHeld.TaskId}: {e.TaskHeld.Reason}";
            case RunEvent.BodyOneofCase.BudgetHeld when Line(e.BudgetHeld.TaskId) is { } line:
                line.Message = $"waits for the {(e.BudgetHeld.Role.Length > 0 ? $"{e.BudgetHeld.Role} {e.BudgetHeld.Scope}" : e.BudgetHeld.Scope)}'s {e.BudgetHeld.Resource}";
                return $"{e.BudgetHeld.TaskId} waits: {e.BudgetHeld.Used} of {e.BudgetHeld.Limit} {e.BudgetHeld.Resource} used, {e.BudgetHeld.Reserved} set aside";
            case RunEvent.BodyOneofCase.ContextResolved:
                return $"{e.ContextResolved.Key}: {e.ContextResolved.Ruling}";
            case RunEvent.BodyOneofCase.DiscussionTurns when Line(e.DiscussionTurns.TaskId) is { } line:
                line.Status = State.InProgress;
                line.StartedAt ??= time;
                return $"{e.DiscussionTurns.TaskId}: round {e.DiscussionTurns.Round}, {e.DiscussionTurns.Turns.Count} {(e.DiscussionTurns.Turns.Count == 1 ? "turn" : "turns")}";
            case RunEvent.BodyOneofCase.DiscussionRuled when Line(e.DiscussionRuled.TaskId) is { } line:
                if (IsOwn(line, e.DiscussionRuled.TaskId))
                {
                    End(line, State.Completed, time);
                }

                return $"{e.DiscussionRuled.TaskId} decided by {e.DiscussionRuled.Rule}: {e.DiscussionRuled.Decision}. {string.Join(' ', e.DiscussionRuled.Reasons)}";
            case RunEvent.BodyOneofCase.DisputeOpened:
                return $"{e.DisputeOpened.TaskId} contests: {e.DisputeOpened.DisputeTask.Title}";
            case RunEvent.BodyOneofCase.DisputeRuled:
                return $"{e.DisputeRuled.TaskId}: \"{e.DisputeRuled.Ruling.Finding}\" {(e.DisputeRuled.Ruling.Outcome == "changed" ? "is settled" : e.DisputeRuled.Ruling.Outcome == "stands" ? "stands" : "is dismissed")}: "
                    + $"{e.DisputeRuled.Ruling.Decision}. {string.Join(' ', e.DisputeRuled.Ruling.Reasons)}";
            case RunEvent.BodyOneofCase.BudgetWarned:
                return $"{(e.BudgetWarned.TaskId.Length > 0 ? e.BudgetWarned.TaskId : e.BudgetWarned.Role.Length > 0 ? $"agents of the role {e.BudgetWarned.Role}" : "run")}: 80 % of its {e.BudgetWarned.Resource} are used ({e.BudgetWarned.Used} of {e.BudgetWarned.Limit}); when short: {e.BudgetWarned.Action}";
            case RunEvent.BodyOneofCase.ReviewRequested when Line(e.ReviewRequested.TaskId) is { } line:
                line.Status = IsOwn(line, e.ReviewRequested.TaskId) ? State.Review : line.Status;
                return $"{e.ReviewRequested.TaskId} in review, round {e.ReviewRequested.Round}";
            case RunEvent.BodyOneofCase.ReviewScored when Line(e.ReviewScored.TaskId) is { } line:
                line.Score = e.ReviewScored.Score;
                if (IsOwn(line, e.ReviewScored.TaskId) && e.ReviewScored.Verdict is "approved" or "accepted")
                {
                    End(line, State.Completed, time);
                }

                var parts = string.Join(", ", e.ReviewScored.Parts.Select(part => $"{part.Reviewer} {part.Score}"));
                return $"{e.ReviewScored.TaskId} scored {e.ReviewScored.Score}/100{(parts.Length > 0 ? $" ({parts})" : "")}: {e.ReviewScored.Verdict}";
            case RunEvent.BodyOneofCase.RevisionRequested when Line(e.RevisionRequested.TaskId) is { } line:
                line.Status = IsOwn(line, e.RevisionRequested.TaskId) ? State.Revision : line.Status;
                return $"{e.RevisionRequested.TaskId} goes back for revision {e.RevisionRequested.Round}";
            default:
                return null;
        }
    }

    private static string Output(TaskLine line, string taskId, DateTimeOffset time)
    {
        if (line.Items > 0 && taskId != line.Id && !IsBeside(taskId))
        {
            line.EndItem(taskId);
            return $"{line.Id}: {line.ItemsDone} of {line.Items} done" + (line.ItemsFailed > 0 ? $", {line.ItemsFailed} failed" : "");
        }

        if (taskId == line.Id)
        {
            End(line, State.Completed, time); // a gate takes it back to review with the next event
        }

        return $"{taskId} done";
    }

    private static string Failed(TaskLine line, TaskFailed failed, DateTimeOffset time)
    {
        if (failed.TaskId == line.Id)
        {
            End(line, State.Failed, time);
        }
        else if (line.Items > 0 && !IsBeside(failed.TaskId))
        {
            line.EndItem(failed.TaskId);
            line.ItemsFailed++;
        }

        line.Message = failed.Failure.Message;
        return $"{failed.TaskId} failed: {failed.Failure.Message}";
    }

    private void Add(PlannedTask task, string prefix = "")
    {
        var line = new TaskLine(task.Id, task.Title, task.Role) { IsWait = task.Wait is not null, Prefix = prefix };
        if (_byId.TryAdd(task.Id, line))
        {
            Lines.Add(line);
        }
    }

    // "each/3" and "each/3/review-1" belong to the line "each".
    private TaskLine? Line(string taskId) =>
        _byId.GetValueOrDefault(taskId.IndexOf('/') is var slash and >= 0 ? taskId[..slash] : taskId);

    private static bool IsItem(TaskLine line, string taskId) => line.Items > 0 && !IsOwn(line, taskId);

    private static bool IsBeside(string taskId) =>
        taskId.Contains("/review-", StringComparison.Ordinal) || taskId.Contains("/dispute-", StringComparison.Ordinal);

    private static bool IsOwn(TaskLine line, string taskId) => line.Id == taskId;

    private static void End(TaskLine line, State status, DateTimeOffset time)
    {
        line.Status = status;
        line.EndedAt = time;
    }

    private void EndAll(DateTimeOffset time)
    {
        Approvals.Clear();
        foreach (var line in Lines.Where(line => !line.IsOver))
        {
            End(line, State.Cancelled, time);
        }
    }
}

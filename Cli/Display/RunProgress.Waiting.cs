using Protos.V1;

namespace Cli.Display;

/// <summary>A decision that is waited for, in the run that is followed or in one below it.</summary>
internal sealed record OpenApproval(string RunId, ApprovalRequested Asked);

/// <summary>What waits for people, for times and for other runs.</summary>
internal sealed partial class RunProgress
{
    /// <summary>Oldest first.</summary>
    public List<OpenApproval> Approvals { get; } = [];

    /// <summary>Takes in an event of a run below: only what it asks of people counts here.</summary>
    public string? TakeBelow(RunEvent e)
    {
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.ApprovalRequested:
                Approvals.Add(new OpenApproval(e.RunId, e.ApprovalRequested));
                return $"run {e.RunId}: {Asked(e.ApprovalRequested)}";
            case RunEvent.BodyOneofCase.ApprovalDecided:
                Decided(e.RunId, e.ApprovalDecided.TaskId);
                return $"run {e.RunId}: {Decision(e.ApprovalDecided)}";
            case RunEvent.BodyOneofCase.TaskFailed:
                Decided(e.RunId, e.TaskFailed.TaskId);
                return null;
            case RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled:
                Approvals.RemoveAll(open => open.RunId == e.RunId);
                return null;
            default:
                return null;
        }
    }

    private string? TakeWaiting(RunEvent e, DateTimeOffset time)
    {
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.ApprovalRequested when Line(e.ApprovalRequested.TaskId) is { } line:
                Approvals.Add(new OpenApproval(e.RunId, e.ApprovalRequested));
                Waits(line, e.ApprovalRequested.TaskId, $"waits for {ApprovalText.Who(e.ApprovalRequested.Deciders)}{ApprovalText.Until(e.ApprovalRequested.Deadline)}", time);
                return Asked(e.ApprovalRequested);
            case RunEvent.BodyOneofCase.ApprovalReminded:
                return $"{e.ApprovalReminded.TaskId} still waits for a decision, reminder {e.ApprovalReminded.Count}";
            case RunEvent.BodyOneofCase.ApprovalEscalated:
                return $"{e.ApprovalEscalated.TaskId}: {ApprovalText.Who(e.ApprovalEscalated.Deciders)} may decide too";
            case RunEvent.BodyOneofCase.ApprovalDecided when Line(e.ApprovalDecided.TaskId) is { } line:
                var isFallback = Decided(e.RunId, e.ApprovalDecided.TaskId) is { IsFallback: true };
                Goes(line, e.ApprovalDecided.TaskId, isFallback ? State.Ready : State.Completed, time); // a rejection that fails the task says so next
                return Decision(e.ApprovalDecided);
            case RunEvent.BodyOneofCase.PolicyDecided when e.PolicyDecided.Effect == "deny":
                return $"{e.PolicyDecided.TaskId}: {e.PolicyDecided.Tool} is denied: {e.PolicyDecided.Reason}";
            case RunEvent.BodyOneofCase.ToolApprovalRequested:
                return $"{e.ToolApprovalRequested.TaskId} waits for {ApprovalText.Who(e.ToolApprovalRequested.Deciders)}: {e.ToolApprovalRequested.Question} `agents approve {e.RunId} '{e.ToolApprovalRequested.ApprovalId}'`";
            case RunEvent.BodyOneofCase.ToolApprovalDecided:
                return $"{e.ToolApprovalDecided.TaskId}: {e.ToolApprovalDecided.Tool} is {(e.ToolApprovalDecided.Approved ? "approved" : "rejected")} by {e.ToolApprovalDecided.By?.Name}";
            case RunEvent.BodyOneofCase.WaitStarted when Line(e.WaitStarted.TaskId) is { } line:
                var until = Words.When(e.WaitStarted.Until.ToDateTimeOffset());
                Waits(line, e.WaitStarted.TaskId, $"waits until {until}", time);
                return $"{e.WaitStarted.TaskId} waits until {until}";
            case RunEvent.BodyOneofCase.WaitEnded when Line(e.WaitEnded.TaskId) is { } line:
                Goes(line, e.WaitEnded.TaskId, line.IsWait ? State.Completed : State.Ready, time);
                return $"{e.WaitEnded.TaskId} has waited long enough";
            case RunEvent.BodyOneofCase.SubRunStarted when Line(e.SubRunStarted.TaskId) is { } line:
                Waits(line, e.SubRunStarted.TaskId, $"run {e.SubRunStarted.RunId}", time);
                Goes(line, e.SubRunStarted.TaskId, State.InProgress, time);
                return $"{e.SubRunStarted.TaskId} goes on in run {e.SubRunStarted.RunId}, playbook {e.SubRunStarted.Playbook}";
            case RunEvent.BodyOneofCase.SubRunEnded when Line(e.SubRunEnded.TaskId) is { } line:
                if (e.SubRunEnded.Status == State.Completed)
                {
                    Goes(line, e.SubRunEnded.TaskId, State.Completed, time);
                }

                return $"{e.SubRunEnded.TaskId}: run {e.SubRunEnded.RunId} is {Words.Of(e.SubRunEnded.Status)}";
            case RunEvent.BodyOneofCase.FallbackTaken when Line(e.FallbackTaken.TaskId) is { } line:
                Waits(line, e.FallbackTaken.TaskId, e.FallbackTaken.Failure.Message, time);
                var how = e.FallbackTaken.Kind == "role" ? $"role {e.FallbackTaken.Role}" : e.FallbackTaken.Kind;
                return $"{e.FallbackTaken.TaskId} failed: {e.FallbackTaken.Failure.Message}; fallback: {how}";
            case RunEvent.BodyOneofCase.TaskAdopted when Line(e.TaskAdopted.TaskId) is { } line:
                Goes(line, e.TaskAdopted.TaskId, State.Completed, time);
                line.Message = $"from {e.TaskAdopted.FromRun}";
                return $"{e.TaskAdopted.TaskId} taken over from run {e.TaskAdopted.FromRun}";
            default:
                return null;
        }
    }

    private static string Asked(ApprovalRequested asked) =>
        $"{asked.TaskId} waits for {ApprovalText.Who(asked.Deciders)}{ApprovalText.Until(asked.Deadline)}: {asked.Question}";

    private static string Decision(ApprovalDecided decided)
    {
        var word = decided.Approved ? "approved" : "rejected";
        return $"{decided.TaskId} {word}{(decided.By is { } by ? $" by {by.Name}" : ", for nobody decided in time")}: {decided.Comment}".TrimEnd(':', ' ');
    }

    private ApprovalRequested? Decided(string runId, string taskId)
    {
        var at = Approvals.FindIndex(open => open.RunId == runId && open.Asked.TaskId == taskId);
        if (at < 0)
        {
            return null;
        }

        var asked = Approvals[at].Asked;
        Approvals.RemoveAt(at);
        return asked;
    }

    private static void Waits(TaskLine line, string taskId, string message, DateTimeOffset time)
    {
        line.Message = message;
        if (IsOwn(line, taskId))
        {
            line.Status = State.Waiting;
            line.StartedAt ??= time;
        }
    }

    // An item of a foreach ends in its line's count; other states are those of the whole line.
    private static void Goes(TaskLine line, string taskId, State state, DateTimeOffset time)
    {
        if (IsOwn(line, taskId))
        {
            line.Status = state;
            line.EndedAt = line.IsOver ? time : null;
        }
        else if (state == State.Completed)
        {
            line.EndItem(taskId);
        }
    }
}

using Google.Protobuf;
using Orchestrator.Console.Parts;
using Protos.V1;

namespace Orchestrator.Console.Runs.History;

/// <summary>Events in words.</summary>
internal static class EventWords
{
    private const int Length = 220;

    /// <summary>The kind of an event as the log names it, and the task that it is about.</summary>
    public static (string Kind, string TaskId) Of(RunEvent e)
    {
        var field = RunEvent.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(e);
        if (field is null)
            return ("unknown", "");
        var body = (IMessage)field.Accessor.GetValue(e);
        return (field.Name, body.Descriptor.FindFieldByName("task_id") is { } task && task.FieldType == Google.Protobuf.Reflection.FieldType.String ? (string)task.Accessor.GetValue(body) : "");
    }

    /// <summary>What happened.</summary>
    /// <returns>A sentence, and its tone.</returns>
    public static (string Text, string Tone) Say(RunEvent e) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.RunSubmitted => ($"Submitted by {e.RunSubmitted.Principal?.Name}{(e.RunSubmitted.RetryOf.Length > 0 ? $", after {e.RunSubmitted.RetryOf}" : "")}{(e.RunSubmitted.Schedule.Length > 0 ? $", by the schedule {e.RunSubmitted.Schedule}" : "")}", "quiet"),
        RunEvent.BodyOneofCase.PlanRequested => ($"Playbook {e.PlanRequested.Playbook}: {Cut(e.PlanRequested.Reason)}", "quiet"),
        RunEvent.BodyOneofCase.PlanAccepted => ($"Plan of {Words.Count(e.PlanAccepted.Plan?.Tasks.Count ?? 0, "task")} accepted", "good"),
        RunEvent.BodyOneofCase.PlanRejected => ($"Plan rejected: {Cut(string.Join("; ", e.PlanRejected.Violations))}", "bad"),
        RunEvent.BodyOneofCase.RunCancelRequested => ($"Asked to stop by {e.RunCancelRequested.Principal?.Name}{Because(e.RunCancelRequested.Reason)}", "warn"),
        RunEvent.BodyOneofCase.RunCompleted => (e.RunCompleted.Missing.Count > 0 ? $"Run completed; missing: {Cut(string.Join("; ", e.RunCompleted.Missing))}" : "Run completed", "good"),
        RunEvent.BodyOneofCase.RunFailed => ($"Run failed: {Say(e.RunFailed.Failure)}", "bad"),
        RunEvent.BodyOneofCase.RunCancelled => ($"Run cancelled{Because(e.RunCancelled.Reason)}", "warn"),
        RunEvent.BodyOneofCase.RunPaused => ($"Paused by {e.RunPaused.Principal?.Name}{Because(e.RunPaused.Reason)}", "warn"),
        RunEvent.BodyOneofCase.RunResumed => ($"Resumed by {e.RunResumed.Principal?.Name}", "busy"),
        RunEvent.BodyOneofCase.TaskQueued => ($"Queued for {e.TaskQueued.Role}{(e.TaskQueued.ModelHint.Length > 0 ? $", with the model {e.TaskQueued.ModelHint}" : "")}", "quiet"),
        RunEvent.BodyOneofCase.TaskStarted => ($"Attempt {e.TaskStarted.Attempt} at {e.TaskStarted.InstanceName}", "busy"),
        RunEvent.BodyOneofCase.TaskProgressed => ($"{(e.TaskProgressed.Fraction >= 0 ? $"{e.TaskProgressed.Fraction:P0} " : "")}{Cut(e.TaskProgressed.Message)}", "busy"),
        RunEvent.BodyOneofCase.TaskOutput => ($"Output of attempt {e.TaskOutput.Attempt}{(e.TaskOutput.OutputRef is { } big ? $", {Words.Size(big.Size)}" : "")}{Used(e.TaskOutput.Usage)}", "good"),
        RunEvent.BodyOneofCase.AttemptFailed => ($"Attempt {e.AttemptFailed.Attempt} failed: {Say(e.AttemptFailed.Failure)}", "bad"),
        RunEvent.BodyOneofCase.TaskReassigned => ($"Moves from {e.TaskReassigned.FromInstance}: {Cut(e.TaskReassigned.Reason)}; {Words.Duration(TimeSpan.FromMilliseconds(e.TaskReassigned.DelayMs))} lost", "warn"),
        RunEvent.BodyOneofCase.TaskCompleted => (e.TaskCompleted.FailedItems > 0 ? $"All items ended, {e.TaskCompleted.FailedItems} of them failed" : "All items ended", "good"),
        RunEvent.BodyOneofCase.TaskFailed => ($"Failed: {Say(e.TaskFailed.Failure)}", "bad"),
        RunEvent.BodyOneofCase.TaskSkipped => ($"Skipped{Because(e.TaskSkipped.Reason)}", "quiet"),
        RunEvent.BodyOneofCase.TaskCancelled => ("Cancelled", "quiet"),
        RunEvent.BodyOneofCase.TaskExpanded => ($"Expanded into {Words.Count(e.TaskExpanded.Items.Count, "item")}", "quiet"),
        RunEvent.BodyOneofCase.TaskHeld => ($"Held: {Cut(e.TaskHeld.Reason)}", "warn"),
        RunEvent.BodyOneofCase.ToolCalled => ($"Tool {e.ToolCalled.Tool}: {(e.ToolCalled.Ok ? "" : "failed: ")}{Cut(e.ToolCalled.Summary)} ({Words.Duration(TimeSpan.FromMilliseconds(e.ToolCalled.DurationMs))})", e.ToolCalled.Ok ? "quiet" : "warn"),
        RunEvent.BodyOneofCase.ModelCalled => ($"Model {e.ModelCalled.Model}{(e.ModelCalled.Purpose.Length > 0 ? $" for {e.ModelCalled.Purpose}" : "")}: {e.ModelCalled.Outcome}, {Words.Count(e.ModelCalled.InputTokens + e.ModelCalled.OutputTokens)} tokens ({Words.Duration(TimeSpan.FromMilliseconds(e.ModelCalled.DurationMs))})", e.ModelCalled.Outcome == "ok" ? "quiet" : "warn"),
        RunEvent.BodyOneofCase.ReviewRequested => ($"Review, round {e.ReviewRequested.Round}", "busy"),
        RunEvent.BodyOneofCase.ReviewScored => ($"Review {e.ReviewScored.Round}: {e.ReviewScored.Score}, {e.ReviewScored.Verdict}. {Cut(e.ReviewScored.Summary)}", e.ReviewScored.Verdict is "approved" or "accepted" ? "good" : "warn"),
        RunEvent.BodyOneofCase.RevisionRequested => (e.RevisionRequested.ByRuling ? "Sent back by a ruling" : $"Sent back after round {e.RevisionRequested.Round}", "warn"),
        RunEvent.BodyOneofCase.ApprovalRequested => ($"A person is asked: {Cut(e.ApprovalRequested.Question)}", "warn"),
        RunEvent.BodyOneofCase.ApprovalReminded => ($"Reminder {e.ApprovalReminded.Count}", "warn"),
        RunEvent.BodyOneofCase.ApprovalEscalated => ($"Escalated to {string.Join(", ", e.ApprovalEscalated.Deciders)}", "warn"),
        RunEvent.BodyOneofCase.ApprovalDecided => ($"{(e.ApprovalDecided.Approved ? "Approved" : "Rejected")} {(e.ApprovalDecided.By is { } by ? $"by {by.Name}" : "because nobody decided in time")}{(e.ApprovalDecided.Comment.Length > 0 ? $": {Cut(e.ApprovalDecided.Comment)}" : "")}", e.ApprovalDecided.Approved ? "good" : "bad"),
        RunEvent.BodyOneofCase.WaitStarted => ($"Waits until {e.WaitStarted.Until?.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss} UTC", "quiet"),
        RunEvent.BodyOneofCase.WaitEnded => ("The wait is over", "quiet"),
        RunEvent.BodyOneofCase.SubRunStarted => ($"Run {e.SubRunStarted.RunId} of {e.SubRunStarted.Playbook}", "busy"),
        RunEvent.BodyOneofCase.SubRunEnded => ($"Run {e.SubRunEnded.RunId} is {Words.Of(e.SubRunEnded.Status)}", e.SubRunEnded.Status == State.Completed ? "good" : "bad"),
        RunEvent.BodyOneofCase.FallbackTaken => ($"Fallback: {Fallback(e.FallbackTaken)}", "warn"),
        RunEvent.BodyOneofCase.TaskAdopted => ($"Taken over from {e.TaskAdopted.FromRun}", "good"),
        RunEvent.BodyOneofCase.ContextStaged => ($"Writes the entry {e.ContextStaged.Key} ({Words.Size(e.ContextStaged.Size)})", "quiet"),
        RunEvent.BodyOneofCase.ContextResolved => ($"Entry {e.ContextResolved.Key} written twice: {Cut(e.ContextResolved.Ruling)}", "warn"),
        RunEvent.BodyOneofCase.GuidanceGiven => ($"{e.GuidanceGiven.By?.Name} says: {Cut(e.GuidanceGiven.Text)}", "warn"),
        RunEvent.BodyOneofCase.PolicyDecided => ($"Policy: {e.PolicyDecided.Effect.Replace('_', ' ')} {e.PolicyDecided.Tool}{(e.PolicyDecided.Rule.Length > 0 ? $" ({e.PolicyDecided.Rule})" : "")}{Because(e.PolicyDecided.Reason)}", e.PolicyDecided.Effect == "allow" ? "quiet" : "warn"),
        RunEvent.BodyOneofCase.ToolApprovalRequested => ($"A person is asked about {e.ToolApprovalRequested.Tool}: {Cut(e.ToolApprovalRequested.Question)}", "warn"),
        RunEvent.BodyOneofCase.ToolApprovalDecided => ($"{e.ToolApprovalDecided.Tool} {(e.ToolApprovalDecided.Approved ? "approved" : "rejected")} by {e.ToolApprovalDecided.By?.Name}", e.ToolApprovalDecided.Approved ? "good" : "bad"),
        RunEvent.BodyOneofCase.BudgetHeld => ($"Waits for the {e.BudgetHeld.Scope}'s {e.BudgetHeld.Resource}: {Words.Count(e.BudgetHeld.Used)} used and {Words.Count(e.BudgetHeld.Reserved)} set aside of {Words.Count(e.BudgetHeld.Limit)}", "warn"),
        RunEvent.BodyOneofCase.BudgetWarned => ($"Budget of the {e.BudgetWarned.Scope}: {Words.Count(e.BudgetWarned.Used)} of {Words.Count(e.BudgetWarned.Limit)} {e.BudgetWarned.Resource} used; {e.BudgetWarned.Action} follows", "warn"),
        RunEvent.BodyOneofCase.TaskWindowed => ($"Told of {Words.Count(e.TaskWindowed.Window?.Parts.Count ?? 0, "other output")}, {Words.Count(e.TaskWindowed.Window?.Used ?? 0)} of {Words.Count(e.TaskWindowed.Window?.Limit ?? 0)} tokens", "quiet"),
        RunEvent.BodyOneofCase.DiscussionTurns => ($"Discussion, round {e.DiscussionTurns.Round}", "busy"),
        RunEvent.BodyOneofCase.DiscussionRuled => ($"Decided by {e.DiscussionRuled.Rule}: {Cut(e.DiscussionRuled.Decision)}", "good"),
        RunEvent.BodyOneofCase.DisputeOpened => ($"Contests '{Cut(e.DisputeOpened.Contest?.Finding ?? "")}'", "warn"),
        RunEvent.BodyOneofCase.DisputeRuled => ($"Ruling on '{Cut(e.DisputeRuled.Ruling?.Finding ?? "")}': {e.DisputeRuled.Ruling?.Outcome}", "good"),
        // One that came after this page was written is told by its name.
        _ => (Words.Label(Of(e).Kind), "quiet"),
    };

    /// <summary>A failure in words.</summary>
    public static string Say(Failure? failure) => failure is null ? "no reason given" : $"{failure.Code}: {Cut(failure.Message)}";

    private static string Fallback(FallbackTaken taken) => taken.Kind switch
    {
        "role" => $"done by {taken.Role} instead",
        "value" => "its declared value",
        "skip" => "left out",
        "ask" => "a person is asked",
        var other => other,
    } + (taken.Failure is null ? "" : $", after {taken.Failure.Code}");

    private static string Used(Usage? usage) => usage is null || usage.InputTokens + usage.OutputTokens == 0 ? "" : $", {Words.Count(usage.InputTokens + usage.OutputTokens)} tokens";

    private static string Because(string reason) => reason.Length > 0 ? $": {Cut(reason)}" : "";

    private static string Cut(string text) => Words.FirstLine(text, Length);
}

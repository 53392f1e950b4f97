using Google.Protobuf;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>A tool call that a person has to agree to.</summary>
internal sealed class ToolApproval(ToolApprovalRequested asked, DateTimeOffset requestedAt)
{
    public ToolApprovalRequested Asked { get; } = asked;

    public DateTimeOffset RequestedAt { get; } = requestedAt;

    /// <summary>Null: nobody has decided yet.</summary>
    public ToolApprovalDecided? Decision { get; set; }

    /// <summary>Whether its queue entry is gone; what the log says of it does not depend on that.</summary>
    public bool Withdrawn { get; set; }

    public bool IsOf(string taskId, ByteString call) => Asked.TaskId == taskId && Asked.CallHash.Equals(call);

    public ApprovalView View(RunState state) => new()
    {
        RunId = state.RunId,
        TaskId = Asked.ApprovalId,
        Title = $"{state.Find(Asked.TaskId)?.Definition.Title}: {Asked.Tool}",
        Question = Asked.Question,
        Deciders = { Asked.Deciders },
        Evidence = Asked.Arguments,
        RequestedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(RequestedAt),
    };
}

/// <summary>Decisions about tool calls: they are recorded, and what a person has to decide is asked once for each call of a task.</summary>
internal static class ToolApprovals
{
    /// <summary>Open questions of one run: nobody answers more.</summary>
    public const int MaxOpen = 100;

    public static Refusal? OnDecision(RunState state, TaskNode task, RunInput.ToolDecision input, List<RunEvent> events)
    {
        var decided = input.Decided;
        var asks = decided.Effect == "needs_approval" && state.FindToolApproval(task.Id, decided.CallHash) is null;
        if (asks && state.OpenToolApprovals >= MaxOpen)
        {
            return new Refusal("TOO_MANY_APPROVALS", $"The run waits for {MaxOpen} decisions about tool calls already.");
        }

        events.Add(new RunEvent { PolicyDecided = decided });
        if (asks)
        {
            events.Add(new RunEvent
            {
                ToolApprovalRequested = new ToolApprovalRequested
                {
                    ApprovalId = $"{task.Id}#tool-{state.ToolApprovals.Count + 1}",
                    TaskId = task.Id,
                    Attempt = decided.Attempt,
                    Tool = decided.Tool,
                    CallHash = decided.CallHash,
                    Arguments = input.Arguments,
                    Question = $"May {task.InstanceName} call {decided.Tool}? {decided.Reason}",
                    Deciders = { input.Deciders },
                    Rule = decided.Rule,
                },
            });
        }

        return null;
    }

    /// <summary>A person decides; null when the id is not that of a tool call.</summary>
    public static bool TryDecide(RunState state, RunInput.Decide decide, List<RunEvent> events, out Refusal? refusal)
    {
        refusal = null;
        if (state.ToolApprovals.FirstOrDefault(approval => approval.Asked.ApprovalId == decide.TaskId) is not { } approval)
        {
            return false;
        }

        var deciders = approval.Asked.Deciders;
        if (!state.IsOpen(approval))
        {
            refusal = new Refusal("NOT_WAITING", $"'{decide.TaskId}' does not wait for a decision any more.");
        }
        else if (decide.Principal.Tenant != (state.Submitted.Principal?.Tenant ?? "") || (deciders.Count > 0 && !deciders.Contains(decide.Principal.Name)))
        {
            refusal = new Refusal("NOT_A_DECIDER", $"'{decide.Principal.Name}' may not decide on '{decide.TaskId}'{(deciders.Count > 0 ? $"; these may: {string.Join(", ", deciders)}" : "")}.");
        }
        else
        {
            events.Add(new RunEvent
            {
                ToolApprovalDecided = new ToolApprovalDecided
                {
                    ApprovalId = approval.Asked.ApprovalId,
                    TaskId = approval.Asked.TaskId,
                    Tool = approval.Asked.Tool,
                    Approved = decide.Approved,
                    By = decide.Principal,
                    Comment = decide.Comment,
                },
            });
        }

        return true;
    }
}

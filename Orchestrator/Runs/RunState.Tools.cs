using Google.Protobuf;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Tool calls that people have to agree to.</summary>
internal sealed partial class RunState
{
    private readonly List<ToolApproval> _toolApprovals = [];

    /// <summary>All that were asked, in order.</summary>
    public IReadOnlyList<ToolApproval> ToolApprovals => _toolApprovals;

    /// <summary>Those that are waited for.</summary>
    public int OpenToolApprovals => _toolApprovals.Count(IsOpen);

    /// <summary>Whether somebody waits for the decision: the task has not ended.</summary>
    public bool IsOpen(ToolApproval approval) => approval.Decision is null && Find(approval.Asked.TaskId)?.Status.IsTerminal() == false;

    /// <summary>What was asked about a call of a task; null: nothing.</summary>
    public ToolApproval? FindToolApproval(string taskId, ByteString call) => _toolApprovals.Find(approval => approval.IsOf(taskId, call));

    private void OnToolApprovalRequested(ToolApprovalRequested asked)
    {
        _ = Task(asked.TaskId);
        _toolApprovals.Add(new ToolApproval(asked, UpdatedAt));
    }

    private void OnToolApprovalDecided(ToolApprovalDecided decided)
    {
        var approval = _toolApprovals.Find(approval => approval.Asked.ApprovalId == decided.ApprovalId)
            ?? throw new InvalidOperationException($"Run '{RunId}': event {Version} decides '{decided.ApprovalId}', which was not asked.");
        approval.Decision = decided;
    }

    private IEnumerable<ToolApprovalSnapshot> ToolSnapshots() => _toolApprovals.Select(approval => new ToolApprovalSnapshot
    {
        Asked = approval.Asked,
        RequestedAt = TaskSnapshots.Stamp(approval.RequestedAt),
        Decided = approval.Decision,
    });

    private void RestoreTools(IEnumerable<ToolApprovalSnapshot> stored) => _toolApprovals.AddRange(
        stored.Select(approval => new ToolApproval(approval.Asked, TaskSnapshots.Time(approval.RequestedAt) ?? default) { Decision = approval.Decided }));
}

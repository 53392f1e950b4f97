namespace Orchestrator.Processing;

/// <summary>Log events 1000-1099: partitions and runs.</summary>
internal static partial class ProcessingLog
{
    [LoggerMessage(1000, LogLevel.Debug, "Run {RunId} submitted: playbook {Playbook} ({Reason})")]
    public static partial void Submitted(ILogger logger, string runId, string playbook, string reason);

    [LoggerMessage(1001, LogLevel.Debug, "Run {RunId} ended: {Status}")]
    public static partial void Ended(ILogger logger, string runId, string status);

    [LoggerMessage(1002, LogLevel.Warning, "The store cannot be reached; run {RunId} waits: {Message}")]
    public static partial void StoreUnavailable(ILogger logger, string runId, string message);

    [LoggerMessage(1003, LogLevel.Information, "The store is back for run {RunId}")]
    public static partial void StoreBack(ILogger logger, string runId);

    [LoggerMessage(1004, LogLevel.Warning, "Run {RunId} is no longer ours: {Reason}")]
    public static partial void Fenced(ILogger logger, string runId, string reason);

    [LoggerMessage(1005, LogLevel.Error, "Run {RunId} stopped unexpectedly; it is loaded anew")]
    public static partial void ProcessorBroke(ILogger logger, string runId, Exception e);

    [LoggerMessage(1006, LogLevel.Information, "Took over partition {Partition} with {Open} open runs, {Due} of them to be worked on now")]
    public static partial void TookOver(ILogger logger, int partition, int open, int due);

    [LoggerMessage(1007, LogLevel.Warning, "Partition {Partition} was lost to another replica")]
    public static partial void PartitionLost(ILogger logger, int partition);

    [LoggerMessage(1008, LogLevel.Warning, "Leases cannot be renewed: {Message}")]
    public static partial void RenewFailed(ILogger logger, string message);

    [LoggerMessage(1009, LogLevel.Error, "Run {RunId} cannot be loaded")]
    public static partial void LoadFailed(ILogger logger, string runId, Exception e);

    [LoggerMessage(1010, LogLevel.Error, "The request {ItemId} for {RunId} in the inbox could not be carried out")]
    public static partial void InboxItemBroken(ILogger logger, string runId, string itemId, Exception e);

    [LoggerMessage(1011, LogLevel.Error, "Taking over partition {Partition} failed; it is tried again")]
    public static partial void TakeOverFailed(ILogger logger, int partition, Exception e);

    [LoggerMessage(1012, LogLevel.Error, "The run {ChildId} of task {TaskId} in {RunId} could not be followed; it is tried again")]
    public static partial void SubRunBroke(ILogger logger, string runId, string taskId, string childId, Exception e);

    [LoggerMessage(1014, LogLevel.Warning, "No snapshot of run {RunId}: {Message}")]
    public static partial void SnapshotFailed(ILogger logger, string runId, string message);

    [LoggerMessage(1015, LogLevel.Warning, "Tenant {Tenant} has used 80 % of this month's budget: {Tokens} of {MaxTokens} tokens, {CostMicros} of {MaxCostMicros} millionths of the currency (0: no limit)")]
    public static partial void TenantShort(ILogger logger, string tenant, long tokens, long maxTokens, long costMicros, long maxCostMicros);

    [LoggerMessage(1013, LogLevel.Information, "Deleted {Runs} runs that ended more than {Days} days ago")]
    public static partial void RunsDeleted(ILogger logger, int runs, double days);
}

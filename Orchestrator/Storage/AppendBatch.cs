namespace Orchestrator.Storage;

/// <summary>What one append does to one run, all or nothing.</summary>
public sealed class AppendBatch
{
    /// <summary>The run whose log grows.</summary>
    public required string RunId { get; init; }

    /// <summary>The version of the log before this append; 0 for the first one of a run.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>
    /// Unique for this batch and the same when it is repeated. At least the last id of each run is remembered.
    /// </summary>
    public required string BatchId { get; init; }

    /// <summary>
    /// The events, at least one: a change that moves no version could not be told from its own late repetition.
    /// </summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Events { get; init; }

    /// <summary>Entries of this run (ids <c>run/task</c>) to put into the queue; one with the same id is replaced.</summary>
    public IReadOnlyList<QueueEntry> Enqueue { get; init; } = [];

    /// <summary>Ids of entries of this run to take from the queue, done before <see cref="Enqueue"/>; unknown ones are ignored.</summary>
    public IReadOnlyList<string> Dequeue { get; init; } = [];

    /// <summary>The run's new index entry; null leaves it as it is. Tenant and creation time must not change.</summary>
    public RunIndexEntry? Index { get; init; }

    /// <summary>When the run wants to be woken; null leaves it as it is.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>Forgets the wake time. Not together with <see cref="WakeAt"/>. A run that is not open has none anyway.</summary>
    public bool ClearWake { get; init; }

    /// <summary>Inbox items of this partition that the batch is the answer to; they are taken out with it.</summary>
    public IReadOnlyList<InboxAnswer> Answers { get; init; } = [];

    /// <summary>Context entries to write, each key at most once; if one of them conflicts, nothing of the batch is done.</summary>
    public IReadOnlyList<ContextWrite> Context { get; init; } = [];
}

/// <summary>What became of an append.</summary>
public enum AppendStatus
{
    /// <summary>Recorded, now or by an earlier call with the same batch id.</summary>
    Appended,

    /// <summary>The log is at another version than expected. Nothing was recorded.</summary>
    VersionConflict,

    /// <summary>The lease is not the partition's current one. Nothing was recorded, and nothing with it ever will be.</summary>
    LeaseLost,

    /// <summary>A context entry is at another version than expected. Nothing was recorded.</summary>
    ContextConflict,
}

/// <summary>The answer to an append.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Version">The log's version after the call; 0 when the lease is lost, which forbids to look.</param>
/// <param name="ConflictKey">For a context conflict, scope and key as <c>scope/key</c>; else null.</param>
public readonly record struct AppendResult(AppendStatus Status, long Version, string? ConflictKey = null);

namespace Orchestrator.Storage;

/// <summary>The right to change what belongs to a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Epoch">Grows with every acquisition of the partition, from 1.</param>
/// <param name="Nonce">Random; tells two owners apart even if an epoch came twice, after a restore from a backup.</param>
public sealed record PartitionLease(int Partition, long Epoch, string Nonce);

/// <summary>An event, or a snapshot, as the store keeps it.</summary>
/// <param name="Version">Its place in the log, from 1.</param>
/// <param name="Data">Its bytes.</param>
public sealed record StoredEvent(long Version, ReadOnlyMemory<byte> Data);

/// <summary>A task that waits for an instance of a role.</summary>
/// <param name="Id">Unique; <c>run/task</c>.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Role">The role it waits for.</param>
/// <param name="Priority">0 to 9; higher goes first.</param>
/// <param name="EnqueuedAt">Since when it waits; kept to the millisecond.</param>
public sealed record QueueEntry(string Id, string RunId, string Role, int Priority, DateTimeOffset EnqueuedAt)
{
    /// <summary>Whose run it is; empty when the store was written by a release before this field.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>What the writer keeps with the entry; opaque to the store. At most 4 KiB; empty by default.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>A request in the inbox of a partition, for whoever owns it.</summary>
/// <param name="Id">Unique; the same id is taken in once.</param>
/// <param name="RunId">The run that it is about.</param>
/// <param name="Data">The request, opaque to the store; at most 16 MiB.</param>
public sealed record InboxItem(string Id, string RunId, ReadOnlyMemory<byte> Data);

/// <summary>The end of an inbox item: it is taken out, and the answer is kept for a minute for whoever asked.</summary>
/// <param name="Id">The item.</param>
/// <param name="Data">The answer, opaque to the store; at most 16 MiB.</param>
public sealed record InboxAnswer(string Id, ReadOnlyMemory<byte> Data);

/// <summary>Somebody who is known to all replicas for as long as the record is renewed.</summary>
/// <param name="Id">Unique in its group.</param>
/// <param name="Data">Opaque to the store; at most 1 MiB.</param>
public sealed record Member(string Id, ReadOnlyMemory<byte> Data);

/// <summary>What waits for a role, over all partitions.</summary>
/// <param name="Role">The role.</param>
/// <param name="Waiting">How many entries.</param>
/// <param name="OldestEnqueuedAt">Since when the oldest waits.</param>
public sealed record QueueDepth(string Role, long Waiting, DateTimeOffset OldestEnqueuedAt);

/// <summary>What lists and searches show of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Tenant">Whose it is; fixed.</param>
/// <param name="Status">Its status, as the rules name it.</param>
/// <param name="Playbook">The playbook it follows; empty when none.</param>
/// <param name="CreatedAt">When it was submitted; fixed. Lists are sorted by it.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Open">True while the run is not terminal: open runs are what a new owner of the partition loads.</param>
/// <param name="Summary">Opaque to the store; may be empty.</param>
public sealed record RunIndexEntry(
    string RunId,
    string Tenant,
    string Status,
    string Playbook,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    bool Open,
    ReadOnlyMemory<byte> Summary);

/// <summary>A context entry.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Key">Its key within the scope.</param>
/// <param name="Version">Counts its writes, from 1.</param>
/// <param name="Value">Opaque to the store; includes where it came from.</param>
public sealed record ContextRecord(string Scope, string Key, long Version, ReadOnlyMemory<byte> Value);

/// <summary>A change of a context entry. Entries belong to the run (or other log) that the append is for.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Key">Its key within the scope.</param>
/// <param name="ExpectedVersion">The version it must have before; 0: it must not exist; null: any.</param>
/// <param name="Value">Its new value.</param>
public sealed record ContextWrite(string Scope, string Key, long? ExpectedVersion, ReadOnlyMemory<byte> Value);

/// <summary>Which runs to list.</summary>
/// <param name="Tenant">Whose runs.</param>
/// <param name="Statuses">Only these; empty: all.</param>
/// <param name="Playbook">Only this one; null: all.</param>
/// <param name="Cursor"><see cref="RunPage.NextCursor"/> of the page before; null: from the newest.</param>
/// <param name="Limit">At most so many runs, 1 to 1,000.</param>
public sealed record RunQuery(string Tenant, IReadOnlyList<string> Statuses, string? Playbook, string? Cursor, int Limit);

/// <summary>A page of runs.</summary>
/// <param name="Runs">Newest first.</param>
/// <param name="NextCursor">Where the next page begins; null when this is the last.</param>
public sealed record RunPage(IReadOnlyList<RunIndexEntry> Runs, string? NextCursor);

/// <summary>Whether the store works.</summary>
/// <param name="Ok">True when it does.</param>
/// <param name="Message">What works, or what does not and since when.</param>
public sealed record StoreHealth(bool Ok, string Message);

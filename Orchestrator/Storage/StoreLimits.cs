using System.Buffers;

namespace Orchestrator.Storage;

/// <summary>The rules for what a store accepts, the same for every implementation.</summary>
public static class StoreLimits
{
    /// <summary>The longest run id, batch id, role, tenant, status, playbook or scope, in characters. A queue entry's id may have twice as many.</summary>
    public const int MaxNameLength = 200;

    /// <summary>The longest context key, in characters.</summary>
    public const int MaxKeyLength = 1000;

    /// <summary>The largest event, context value, summary or snapshot, in bytes. Larger values are artifacts.</summary>
    public const int MaxValueBytes = 16 * 1024 * 1024;

    /// <summary>The largest append, all its values together, in bytes.</summary>
    public const int MaxBatchBytes = 64 * 1024 * 1024;

    /// <summary>The largest <see cref="QueueEntry.Data"/>, in bytes.</summary>
    public const int MaxQueueDataBytes = 4 * 1024;

    /// <summary>The largest record of a member, in bytes.</summary>
    public const int MaxMemberBytes = 1024 * 1024;

    /// <summary>The most events, queue changes, context writes and answers in one append, together.</summary>
    public const int MaxBatchItems = 50_000;

    /// <summary>The largest page of a list.</summary>
    public const int MaxPage = 1000;

    // Ids become keys and file content that people look at; braces would move a Redis key to another slot.
    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/@+=#~[]");

    internal static void Check(AppendBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CheckName(batch.RunId, "RunId");
        CheckName(batch.BatchId, "BatchId");
        ArgumentOutOfRangeException.ThrowIfNegative(batch.ExpectedVersion, nameof(batch));
        if (batch.Events.Count == 0)
        {
            throw new ArgumentException($"Events of batch '{batch.BatchId}' is empty: an append records at least one event.", nameof(batch));
        }

        var items = batch.Events.Count + batch.Enqueue.Count + batch.Dequeue.Count + batch.Context.Count + batch.Answers.Count;
        if (items > MaxBatchItems)
        {
            throw new ArgumentException($"Batch '{batch.BatchId}' has {items} events, queue changes, context writes and answers; at most {MaxBatchItems} are allowed.", nameof(batch));
        }

        long bytes = 0;
        foreach (var data in batch.Events)
        {
            bytes += CheckValue(data.Length, "an event");
        }

        foreach (var entry in batch.Enqueue)
        {
            bytes += Check(entry, batch.RunId);
        }

        foreach (var id in batch.Dequeue)
        {
            CheckQueueId(id, batch.RunId, "Dequeue");
        }

        foreach (var answer in batch.Answers)
        {
            bytes += Check(answer);
        }

        bytes += CheckContext(batch.Context);
        if (batch.Index is { } index)
        {
            bytes += Check(index, batch.RunId);
        }

        if (batch.ClearWake && batch.WakeAt is not null)
        {
            throw new ArgumentException("ClearWake and WakeAt exclude each other.", nameof(batch));
        }

        if (bytes > MaxBatchBytes)
        {
            throw new ArgumentException($"Batch '{batch.BatchId}' has {bytes} bytes; at most {MaxBatchBytes} are allowed.", nameof(batch));
        }
    }

    internal static int Check(InboxAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        CheckName(answer.Id, "Answer.Id");
        return CheckValue(answer.Data.Length, "Answer.Data");
    }

    internal static void Check(InboxItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        CheckName(item.Id, "Inbox.Id");
        CheckName(item.RunId, "Inbox.RunId");
        CheckValue(item.Data.Length, "Inbox.Data");
    }

    internal static void Check(string group, Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        CheckName(group, nameof(group));
        CheckName(member.Id, "Member.Id");
        if (member.Data.Length > MaxMemberBytes)
        {
            throw new ArgumentException($"Member '{member.Id}' of '{group}' has {member.Data.Length} bytes; at most {MaxMemberBytes} are allowed.", nameof(member));
        }
    }

    internal static void CheckName(string value, string name, bool mayBeEmpty = false, int max = MaxNameLength)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > max || (value.Length == 0 && !mayBeEmpty))
        {
            throw new ArgumentException($"{name} has {value.Length} characters; 1 to {max} are allowed.", name);
        }

        var bad = value.AsSpan().IndexOfAnyExcept(NameChars);
        if (bad >= 0)
        {
            throw new ArgumentException($"{name} '{value}' has the character '{value[bad]}'; letters, digits and -_.:/@+=#~[] of ASCII are allowed.", name);
        }
    }

    internal static void CheckKey(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length is 0 or > MaxKeyLength)
        {
            throw new ArgumentException($"A context key has {value.Length} characters; 1 to {MaxKeyLength} are allowed.", nameof(value));
        }
    }

    internal static int CheckValue(int length, string name) => length <= MaxValueBytes
        ? length
        : throw new ArgumentException($"The size of {name} is {length} bytes; at most {MaxValueBytes} are allowed. Larger values are artifacts.", name);

    internal static void CheckDuration(TimeSpan duration)
    {
        if (duration < TimeSpan.FromMilliseconds(1) || duration > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "A lease or a membership lasts 1 ms to 1 day.");
        }
    }

    internal static void CheckPage(int limit)
    {
        if (limit is < 1 or > MaxPage)
        {
            throw new ArgumentException($"Limit is {limit}; 1 to {MaxPage} are allowed.", nameof(limit));
        }
    }

    internal static void CheckPartition(int partition, int count)
    {
        if (partition < 0 || partition >= count)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"There are the partitions 0 to {count - 1}.");
        }
    }

    internal static void CheckOwnership(PartitionLease lease, string runId, int count)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var partition = Partitions.Of(runId, count);
        if (lease.Partition != partition)
        {
            throw new ArgumentException($"Run '{runId}' belongs to partition {partition}, the lease is for partition {lease.Partition}.", nameof(lease));
        }
    }

    internal static ArgumentException IndexIsFixed(RunIndexEntry index) =>
        new($"The index entry of run '{index.RunId}' changes tenant or creation time, which are fixed.", nameof(index));

    internal static ArgumentException SnapshotIsAhead(string runId, long version, long? logVersion = null) =>
        new($"Run '{runId}' has not reached version {version} (it is at {logVersion?.ToString() ?? "a lower one"}): a snapshot stands for a version of the log.", nameof(version));

    private static int Check(QueueEntry entry, string runId)
    {
        CheckQueueId(entry.Id, runId, "Enqueue.Id");
        CheckName(entry.Role, "Enqueue.Role");
        if (entry.RunId != runId)
        {
            throw new ArgumentException($"Queue entry '{entry.Id}' belongs to run '{entry.RunId}'; a batch enqueues for its own run '{runId}'.", nameof(entry));
        }

        if (entry.Priority is < 0 or > 9)
        {
            throw new ArgumentException($"Queue entry '{entry.Id}' has priority {entry.Priority}; 0 to 9 are allowed.", nameof(entry));
        }

        CheckName(entry.Tenant, "Enqueue.Tenant", mayBeEmpty: true);
        return entry.Data.Length <= MaxQueueDataBytes
            ? entry.Data.Length
            : throw new ArgumentException($"Data of queue entry '{entry.Id}' has {entry.Data.Length} bytes; at most {MaxQueueDataBytes} are allowed.", nameof(entry));
    }

    private static void CheckQueueId(string id, string runId, string name)
    {
        CheckName(id, name, max: 2 * MaxNameLength);
        if (id.Length <= runId.Length + 1 || id[runId.Length] != '/' || !id.StartsWith(runId, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{name} '{id}' must be '{runId}/' and the task: a batch changes the queue entries of its own run.", name);
        }
    }

    private static int Check(RunIndexEntry index, string runId)
    {
        CheckName(index.Tenant, "Index.Tenant");
        CheckName(index.Status, "Index.Status");
        CheckName(index.Playbook, "Index.Playbook", mayBeEmpty: true);
        if (index.RunId != runId)
        {
            throw new ArgumentException($"The index entry is for run '{index.RunId}', the batch for run '{runId}'.", nameof(index));
        }

        return CheckValue(index.Summary.Length, "Index.Summary");
    }

    private static long CheckContext(IReadOnlyList<ContextWrite> writes)
    {
        long bytes = 0;
        var seen = writes.Count > 1 ? new HashSet<(string, string)>(writes.Count) : null;
        foreach (var write in writes)
        {
            CheckName(write.Scope, "Context.Scope");
            CheckKey(write.Key);
            bytes += CheckValue(write.Value.Length, "Context.Value");
            if (seen is not null && !seen.Add((write.Scope, write.Key)))
            {
                throw new ArgumentException($"Context entry '{write.Scope}/{write.Key}' is written twice in one batch.", nameof(writes));
            }
        }

        return bytes;
    }
}

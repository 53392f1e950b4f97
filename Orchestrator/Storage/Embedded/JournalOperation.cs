using System.Security.Cryptography;

namespace Orchestrator.Storage.Embedded;

/// <summary>Something that waits for the writer: it is checked against the state, staged, and answered once it is on disk.</summary>
internal abstract class JournalOperation
{
    /// <summary>Two operations with the same key never share a frame: the second is checked against what the first has done.</summary>
    public abstract string Key { get; }

    /// <summary>The run that watchers are woken for; null for none.</summary>
    public virtual string? Wakes => null;

    /// <summary>Checks and writes the records, or answers at once. Called under the state's gate, between frames.</summary>
    /// <returns>True when records were written and <see cref="Complete"/> is to follow.</returns>
    public abstract bool Stage(StoreState state, RecordWriter writer);

    /// <summary>Answers, after the records are on disk and applied. Called under the state's gate.</summary>
    public abstract void Complete(StoreState state);

    public abstract void Fail(Exception cause);
}

internal abstract class JournalOperation<T> : JournalOperation
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public override void Fail(Exception cause) => _answer.TrySetException(cause);

    protected void Set(T answer) => _answer.TrySetResult(answer);
}

internal sealed class AppendOperation(PartitionLease lease, AppendBatch batch, EmbeddedInbox inbox) : JournalOperation<AppendResult>
{
    private readonly UInt128 _batchKey = JournalRecords.BatchKey(batch.BatchId);

    public override string Key => batch.RunId;

    public override string? Wakes => batch.RunId;

    public override bool Stage(StoreState state, RecordWriter writer)
    {
        if (!state.Holds(lease))
        {
            Set(new AppendResult(AppendStatus.LeaseLost, 0));
            return false;
        }

        state.Runs.TryGetValue(batch.RunId, out var run);
        var version = run?.Version ?? 0;
        // The same id and the version that it led to: a repetition. The id alone might have been given to another batch.
        if (run is not null && run.LastBatch == _batchKey && version == batch.ExpectedVersion + batch.Events.Count)
        {
            Set(new AppendResult(AppendStatus.Appended, version));
            return false;
        }

        if (version != batch.ExpectedVersion)
        {
            Set(new AppendResult(AppendStatus.VersionConflict, version));
            return false;
        }

        foreach (var write in batch.Context)
        {
            if (write.ExpectedVersion is { } expected && expected != ContextVersion(run, write))
            {
                Set(new AppendResult(AppendStatus.ContextConflict, version, write.Scope + "/" + write.Key));
                return false;
            }
        }

        if (run?.Tenant is { } tenant && batch.Index is { } index
            && (index.Tenant != tenant || index.CreatedAt.UtcTicks != run.CreatedTicks))
        {
            Fail(StoreLimits.IndexIsFixed(index));
            return false;
        }

        JournalRecords.Append(writer, batch, _batchKey, write => ContextVersion(run, write) + 1);
        return true;
    }

    public override void Complete(StoreState state)
    {
        inbox.Answer(lease.Partition, batch.Answers);
        Set(new AppendResult(AppendStatus.Appended, batch.ExpectedVersion + batch.Events.Count));
    }

    private static long ContextVersion(RunState? run, ContextWrite write) =>
        run is not null && run.Context.TryGetValue((write.Scope, write.Key), out var item) ? item.Version : 0;
}

internal sealed class AcquireOperation(int partition, string owner, TimeSpan duration, TimeProvider clock) : JournalOperation<PartitionLease?>
{
    // A space keeps it apart from every run id.
    public override string Key { get; } = "lease " + partition;

    public override bool Stage(StoreState state, RecordWriter writer)
    {
        ref var lease = ref state.Leases[partition];
        if (lease.Nonce is not null && clock.GetTimestamp() < lease.ExpiresAt)
        {
            Set(null);
            return false;
        }

        JournalRecords.Lease(writer, partition, lease.Epoch + 1, owner);
        return true;
    }

    public override void Complete(StoreState state)
    {
        ref var lease = ref state.Leases[partition];
        lease.Nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        lease.ExpiresAt = clock.GetTimestamp() + Timestamp(clock, duration);
        Set(new PartitionLease(partition, lease.Epoch, lease.Nonce));
    }

    public static long Timestamp(TimeProvider clock, TimeSpan duration) => (long)(duration.TotalSeconds * clock.TimestampFrequency);
}

internal sealed class SnapshotOperation(PartitionLease lease, string runId, long version, ReadOnlyMemory<byte> snapshot) : JournalOperation<bool>
{
    public override string Key => runId;

    public override bool Stage(StoreState state, RecordWriter writer)
    {
        if (!state.Holds(lease))
        {
            Fail(LeaseLostException.Of(lease));
            return false;
        }

        if (!state.Runs.TryGetValue(runId, out var run) || version > run.Version)
        {
            Fail(StoreLimits.SnapshotIsAhead(runId, version, run?.Version ?? 0));
            return false;
        }

        if (version <= run.SnapshotVersion)
        {
            Set(false);
            return false;
        }

        JournalRecords.Snapshot(writer, runId, version, snapshot.Span);
        return true;
    }

    public override void Complete(StoreState state) => Set(true);
}

internal sealed class DeleteOperation(PartitionLease lease, string runId) : JournalOperation<bool>
{
    public override string Key => runId;

    public override string? Wakes => runId;

    public override bool Stage(StoreState state, RecordWriter writer)
    {
        if (!state.Holds(lease))
        {
            Fail(LeaseLostException.Of(lease));
            return false;
        }

        if (!state.Runs.ContainsKey(runId))
        {
            Set(false);
            return false;
        }

        JournalRecords.Delete(writer, runId);
        return true;
    }

    public override void Complete(StoreState state) => Set(true);
}

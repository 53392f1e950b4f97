using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Embedded;

/// <summary>
/// A store in a folder, for one process, with nothing to install: an append-only journal (<see cref="JournalFormat"/>)
/// that is on disk before anything is acknowledged, and an index of it in memory.
/// </summary>
internal sealed class EmbeddedRunStore(EmbeddedStoreOptions options, TimeProvider clock, ILogger<EmbeddedRunStore> logger) : IRunStore
{
    private const int PageSize = 128;
    private readonly WatchHub _watchers = new();
    private readonly EmbeddedInbox _inbox = new(clock, options.Partitions);
    private FolderLock? _lock;
    private StoreState? _state;
    private JournalWriter? _writer;
    private JournalCompactor? _compactor;
    private int _segmentIds;

    public int PartitionCount => options.Partitions;

    private StoreState State => _state ?? throw new InvalidOperationException("The store is not open: call OpenAsync first.");

    private JournalWriter Writer => _writer ?? throw new InvalidOperationException("The store is not open: call OpenAsync first.");

    public Task OpenAsync(CancellationToken ct)
    {
        if (_writer is not null)
        {
            throw new InvalidOperationException("The store is open already.");
        }

        return Task.Run(Open, ct);
    }

    public Task<PartitionLease?> AcquireAsync(int partition, string owner, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckName(owner, nameof(owner));
        StoreLimits.CheckDuration(duration);
        ct.ThrowIfCancellationRequested();
        return Writer.Enqueue(new AcquireOperation(partition, owner, duration, clock));
    }

    public Task<bool> RenewAsync(PartitionLease lease, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.CheckDuration(duration);
        ct.ThrowIfCancellationRequested();
        lock (State.Gate)
        {
            var held = State.Holds(lease);
            if (held)
            {
                State.Leases[lease.Partition].ExpiresAt = clock.GetTimestamp() + AcquireOperation.Timestamp(clock, duration);
            }

            return Task.FromResult(held);
        }
    }

    public Task ReleaseAsync(PartitionLease lease, CancellationToken ct)
    {
        lock (State.Gate)
        {
            if (State.Holds(lease))
            {
                State.Leases[lease.Partition].Nonce = null;
            }
        }

        return Task.CompletedTask;
    }

    public ValueTask<AppendResult> AppendAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct)
    {
        StoreLimits.Check(batch);
        StoreLimits.CheckOwnership(lease, batch.RunId, PartitionCount);
        ct.ThrowIfCancellationRequested();
        var answer = Writer.Enqueue(new AppendOperation(lease, batch, _inbox));
        return new(ct.CanBeCanceled ? answer.WaitAsync(ct) : answer);
    }

    public async IAsyncEnumerable<StoredEvent> ReadAsync(string runId, long afterVersion, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        var positions = new long[PageSize];
        for (var count = PageSize; count == PageSize; afterVersion += count)
        {
            // Values are read one by one, so that memory holds one at a time however large they are.
            using var pinned = new PinnedSegments(State);
            count = FindPage(runId, afterVersion, positions, pinned);
            for (var i = 0; i < count; i++)
            {
                ct.ThrowIfCancellationRequested();
                yield return new StoredEvent(afterVersion + i + 1, pinned.Read(new BlobPosition(positions[i])));
            }

            // A long log must not keep a pool thread for itself.
            await Task.Yield();
        }
    }

    public ValueTask<long> GetVersionAsync(string runId, CancellationToken ct)
    {
        lock (State.Gate)
        {
            return new(State.Runs.TryGetValue(runId, out var run) ? run.Version : 0L);
        }
    }

    public IAsyncDisposable Watch(string runId, Action wake)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        return _watchers.Add(runId, wake);
    }

    public Task<long> CountOpenRunsAsync(string tenant, CancellationToken ct)
    {
        StoreLimits.CheckName(tenant, nameof(tenant));
        lock (State.Gate)
        {
            return Task.FromResult(State.OpenByTenant.GetValueOrDefault(tenant));
        }
    }

    public async IAsyncEnumerable<(string RunId, DateTimeOffset? WakeAt)> ReadOpenRunsAsync(int partition, [EnumeratorCancellation] CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        (string, long?)[] runs;
        lock (State.Gate)
        {
            runs = [.. State.OpenRuns[partition].Select(r => (r.Id, r.WakeMilliseconds))];
        }

        foreach (var (id, wake) in runs)
        {
            ct.ThrowIfCancellationRequested();
            yield return (id, wake is { } ms ? StoreTime.FromMilliseconds(ms) : null);
        }

        await Task.CompletedTask;
    }

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return EmbeddedQueries.QueueAsync(State, partition, null, ct);
    }

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, string role, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckName(role, nameof(role));
        return EmbeddedQueries.QueueAsync(State, partition, role, ct);
    }

    public Task<IReadOnlyList<QueueDepth>> ReadQueueDepthsAsync(CancellationToken ct) => Task.FromResult(EmbeddedQueries.Depths(State));

    public Task<IReadOnlyList<string>> ReadEndedRunsAsync(int partition, DateTimeOffset before, int limit, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckPage(limit);
        return Task.FromResult(EmbeddedQueries.Ended(State, partition, before, limit));
    }

    public Task PutInboxAsync(InboxItem item, CancellationToken ct)
    {
        StoreLimits.Check(item);
        if (_inbox.Put(item))
        {
            _watchers.Wake(Watched.Inbox(Partitions.Of(item.RunId, PartitionCount)));
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<InboxItem>> ReadInboxAsync(int partition, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return Task.FromResult(_inbox.Read(partition));
    }

    public Task AnswerInboxAsync(PartitionLease lease, string runId, InboxAnswer answer, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        StoreLimits.Check(answer);
        lock (State.Gate)
        {
            if (!State.Holds(lease))
            {
                return Task.FromException(LeaseLostException.Of(lease));
            }

            _inbox.Answer(lease.Partition, [answer]);
        }

        _watchers.Wake(runId);
        return Task.CompletedTask;
    }

    public ValueTask<InboxAnswer?> ReadAnswerAsync(string runId, string id, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckName(id, nameof(id));
        return new(_inbox.AnswerOf(Partitions.Of(runId, PartitionCount), id));
    }

    public IAsyncDisposable WatchInbox(int partition, Action wake)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return _watchers.Add(Watched.Inbox(partition), wake);
    }

    public Task PutMemberAsync(string group, Member member, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.Check(group, member);
        StoreLimits.CheckDuration(duration);
        if (_inbox.PutMember(group, member, duration))
        {
            _watchers.Wake(Watched.Members(group));
        }

        return Task.CompletedTask;
    }

    public Task RemoveMemberAsync(string group, string id, CancellationToken ct)
    {
        StoreLimits.CheckName(group, nameof(group));
        StoreLimits.CheckName(id, nameof(id));
        if (_inbox.RemoveMember(group, id))
        {
            _watchers.Wake(Watched.Members(group));
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Member>> ReadMembersAsync(string group, CancellationToken ct)
    {
        StoreLimits.CheckName(group, nameof(group));
        return Task.FromResult(_inbox.Members(group));
    }

    public IAsyncDisposable WatchMembers(string group, Action wake)
    {
        StoreLimits.CheckName(group, nameof(group));
        return _watchers.Add(Watched.Members(group), wake);
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken ct)
    {
        StoreTime.CheckQuery(query);
        return Task.FromResult(EmbeddedQueries.List(State, query));
    }

    public ValueTask<RunIndexEntry?> GetIndexAsync(string runId, CancellationToken ct) => new(EmbeddedQueries.Index(State, runId));

    public ValueTask<ContextRecord?> GetContextAsync(string runId, string scope, string key, CancellationToken ct) =>
        new(EmbeddedQueries.Context(State, runId, scope, key));

    public async IAsyncEnumerable<ContextRecord> ListContextAsync(string runId, string scope, [EnumeratorCancellation] CancellationToken ct)
    {
        string[] keys;
        lock (State.Gate)
        {
            keys = State.Runs.TryGetValue(runId, out var run) ? [.. run.Context.Keys.Where(k => k.Scope == scope).Select(k => k.Key)] : [];
        }

        foreach (var key in keys)
        {
            ct.ThrowIfCancellationRequested();
            if (EmbeddedQueries.Context(State, runId, scope, key) is { } record)
            {
                yield return record;
            }
        }

        await Task.CompletedTask;
    }

    public Task SaveSnapshotAsync(PartitionLease lease, string runId, long version, ReadOnlyMemory<byte> snapshot, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        StoreLimits.CheckValue(snapshot.Length, nameof(snapshot));
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ct.ThrowIfCancellationRequested();
        return Writer.Enqueue(new SnapshotOperation(lease, runId, version, snapshot));
    }

    public ValueTask<StoredEvent?> ReadSnapshotAsync(string runId, CancellationToken ct) => new(EmbeddedQueries.Snapshot(State, runId));

    public Task DeleteRunAsync(PartitionLease lease, string runId, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        ct.ThrowIfCancellationRequested();
        return Writer.Enqueue(new DeleteOperation(lease, runId));
    }

    public Task<StoreHealth> CheckAsync(CancellationToken ct)
    {
        var trouble = _writer is null ? "The store is not open." : _writer.Trouble;
        return Task.FromResult(new StoreHealth(trouble is null, trouble ?? $"Embedded store in '{options.Folder}'."));
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.StopAsync();
            await _compactor!.Copying;
            foreach (var segment in State.Segments.Values)
            {
                segment.RemoveUser();
            }
        }

        _lock?.Dispose();
    }

    /// <summary>Compacts the journal now.</summary>
    internal Task CompactAsync() => _compactor!.CompactAsync();

    private void Open()
    {
        var started = clock.GetTimestamp();
        var folder = Path.GetFullPath(options.Folder);
        try
        {
            FileSystemSync.CreateFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreConfigurationException($"The folder '{folder}' (Store:Path) cannot be created: {e.Message}", e);
        }

        _lock = FolderLock.Take(folder);
        try
        {
            var recovery = new JournalRecovery(folder, options.Partitions, options.Flush, logger);
            var active = recovery.Recover();
            _segmentIds = recovery.LastSegmentId;
            _state = recovery.State;
            _writer = new JournalWriter(_state, active, _watchers, options.Fatal);
            _compactor = new JournalCompactor(_state, _writer, folder, () => Interlocked.Increment(ref _segmentIds), options.Flush, logger)
            {
                MinimumBytes = options.CompactFromBytes,
            };
            _writer.AfterFrame = _compactor.Consider;
            var segments = _state.Segments.Values;
            StoreLog.EmbeddedOpen(
                logger, folder, _state.Runs.Count, options.Partitions, segments.Sum(s => s.Length), segments.Count, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    private int FindPage(string runId, long after, long[] positions, PinnedSegments pinned)
    {
        lock (State.Gate)
        {
            if (!State.Runs.TryGetValue(runId, out var run) || after >= run.Version)
            {
                return 0;
            }

            var count = (int)Math.Min(run.Version - after, positions.Length);
            run.Events.Slice((int)after, count).CopyTo(positions);
            for (var i = 0; i < count; i++)
            {
                pinned.Pin(new BlobPosition(positions[i]));
            }

            return count;
        }
    }
}

using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>A store on Redis 7 or later, for any number of replicas. Each change is one script; docs/redis-keys.md shows the keys.</summary>
internal sealed class RedisRunStore : IRunStore
{
    private const int FirstPage = 64, LargestPage = 512, PageBytes = 4 * 1024 * 1024;
    private readonly RedisStoreOptions _options;
    private readonly ILogger<RedisRunStore> _logger;
    private readonly RedisKeys _keys;
    private readonly RedisLink _link;
    private readonly RedisWakes _wakes;
    private readonly RedisQueries _queries;
    private readonly RedisInbox _inbox;

    public RedisRunStore(RedisStoreOptions options, TimeProvider clock, ILogger<RedisRunStore> logger)
    {
        (_options, _logger) = (options, logger);
        _keys = new RedisKeys(options.Prefix, options.Partitions);
        _link = new RedisLink(options, clock, logger);
        _wakes = new RedisWakes(_link, _keys, options.Deadline, clock);
        _queries = new RedisQueries(_link, _keys);
        _inbox = new RedisInbox(_link, _keys);
    }

    public int PartitionCount => _keys.Partitions;

    public async Task OpenAsync(CancellationToken ct)
    {
        await _link.Connection.ConnectAsync(ct);
        await RedisServerCheck.RunAsync(_link, _keys, _options, _logger, ct);
        _wakes.Start();
    }

    public async Task<PartitionLease?> AcquireAsync(int partition, string owner, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckName(owner, nameof(owner));
        StoreLimits.CheckDuration(duration);
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var epoch = (long)await _link.EvalAsync(RedisScript.Acquire, [_keys.Lease(partition)], [nonce, owner, (long)duration.TotalMilliseconds], ct);
        return epoch > 0 ? new PartitionLease(partition, epoch, nonce) : null;
    }

    public async Task<bool> RenewAsync(PartitionLease lease, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.CheckDuration(duration);
        return await RenewAsync(lease, (long)duration.TotalMilliseconds, ct);
    }

    public Task ReleaseAsync(PartitionLease lease, CancellationToken ct) => RenewAsync(lease, 0, ct);

    public async ValueTask<AppendResult> AppendAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct)
    {
        StoreLimits.Check(batch);
        StoreLimits.CheckOwnership(lease, batch.RunId, PartitionCount);
        try
        {
            var answer = await _link.EvalAsync(
                RedisScript.Append,
                RedisAppend.Keys(_keys, lease.Partition, batch),
                RedisAppend.Arguments(_keys.Wake(batch.RunId), lease, batch),
                ct);
            var result = RedisAppend.Answer(answer, batch);
            if (result.Status == AppendStatus.Appended)
            {
                _wakes.Hub.Wake(batch.RunId);
            }

            return result;
        }
        catch (InvalidOperationException e) when (batch.Index is not null && RedisErrors.IsFixedIndex(e))
        {
            throw StoreLimits.IndexIsFixed(batch.Index);
        }
    }

    public async IAsyncEnumerable<StoredEvent> ReadAsync(string runId, long afterVersion, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        RedisKey log = _keys.Log(runId);
        var size = FirstPage;
        while (true)
        {
            var (from, to) = (afterVersion, afterVersion + size - 1);
            var page = await _link.ReadAsync(db => db.ListRangeAsync(log, from, to), "read", ct);
            long bytes = 0;
            foreach (var value in page)
            {
                var data = (byte[]?)value ?? [];
                bytes += data.Length;
                yield return new StoredEvent(++afterVersion, data);
            }

            if (page.Length < size)
            {
                yield break;
            }

            // As many as stay within the budget when they are as large as the last ones.
            size = (int)Math.Clamp(PageBytes * (long)page.Length / Math.Max(bytes, 1), 1, LargestPage);
        }
    }

    public async ValueTask<long> GetVersionAsync(string runId, CancellationToken ct)
    {
        var version = await _link.ReadAsync(db => db.HashGetAsync(_keys.Run(runId), "version"), "version", ct);
        return version.IsNull ? 0 : (long)version;
    }

    public IAsyncDisposable Watch(string runId, Action wake)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        return _wakes.Hub.Add(runId, wake);
    }

    public async IAsyncEnumerable<(string RunId, DateTimeOffset? WakeAt)> ReadOpenRunsAsync(int partition, [EnumeratorCancellation] CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        var runs = await _link.ReadAsync(db => db.SortedSetRangeByRankWithScoresAsync(_keys.Open(partition)), "open runs", ct);
        foreach (var run in runs)
        {
            yield return (run.Element!, double.IsInfinity(run.Score) ? null : StoreTime.FromMilliseconds((long)run.Score));
        }
    }

    public Task<long> CountOpenRunsAsync(string tenant, CancellationToken ct)
    {
        StoreLimits.CheckName(tenant, nameof(tenant));
        return _queries.CountOpenAsync(tenant, ct);
    }

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return _queries.QueueAsync(partition, null, ct);
    }

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, string role, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckName(role, nameof(role));
        return _queries.QueueAsync(partition, role, ct);
    }

    public Task<IReadOnlyList<QueueDepth>> ReadQueueDepthsAsync(CancellationToken ct) => _queries.DepthsAsync(ct);

    public Task<IReadOnlyList<string>> ReadEndedRunsAsync(int partition, DateTimeOffset before, int limit, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        StoreLimits.CheckPage(limit);
        return _queries.EndedAsync(partition, before, limit, ct);
    }

    public Task PutInboxAsync(InboxItem item, CancellationToken ct)
    {
        StoreLimits.Check(item);
        return _inbox.PutAsync(item, ct);
    }

    public Task<IReadOnlyList<InboxItem>> ReadInboxAsync(int partition, CancellationToken ct)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return _inbox.ReadAsync(partition, ct);
    }

    public async Task AnswerInboxAsync(PartitionLease lease, string runId, InboxAnswer answer, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        StoreLimits.Check(answer);
        await _inbox.AnswerAsync(lease, runId, answer, ct);
        _wakes.Hub.Wake(runId);
    }

    public ValueTask<InboxAnswer?> ReadAnswerAsync(string runId, string id, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckName(id, nameof(id));
        return _inbox.AnswerOfAsync(runId, id, ct);
    }

    public IAsyncDisposable WatchInbox(int partition, Action wake)
    {
        StoreLimits.CheckPartition(partition, PartitionCount);
        return _wakes.Hub.Add(Watched.Inbox(partition), wake);
    }

    public Task PutMemberAsync(string group, Member member, TimeSpan duration, CancellationToken ct)
    {
        StoreLimits.Check(group, member);
        StoreLimits.CheckDuration(duration);
        return _inbox.PutMemberAsync(group, member, duration, ct);
    }

    public Task RemoveMemberAsync(string group, string id, CancellationToken ct)
    {
        StoreLimits.CheckName(group, nameof(group));
        StoreLimits.CheckName(id, nameof(id));
        return _inbox.RemoveMemberAsync(group, id, ct);
    }

    public Task<IReadOnlyList<Member>> ReadMembersAsync(string group, CancellationToken ct)
    {
        StoreLimits.CheckName(group, nameof(group));
        return _inbox.MembersAsync(group, ct);
    }

    public IAsyncDisposable WatchMembers(string group, Action wake)
    {
        StoreLimits.CheckName(group, nameof(group));
        return _wakes.Hub.Add(Watched.Members(group), wake);
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken ct)
    {
        StoreTime.CheckQuery(query);
        return _queries.ListAsync(query, ct);
    }

    public ValueTask<RunIndexEntry?> GetIndexAsync(string runId, CancellationToken ct) => _queries.IndexAsync(runId, ct);

    public async ValueTask<ContextRecord?> GetContextAsync(string runId, string scope, string key, CancellationToken ct)
    {
        var value = await _link.ReadAsync(db => db.HashGetAsync(_keys.Context(runId, scope), key), "context", ct);
        return value.IsNull ? null : Context(scope, key, value);
    }

    public async IAsyncEnumerable<ContextRecord> ListContextAsync(string runId, string scope, [EnumeratorCancellation] CancellationToken ct)
    {
        RedisKey hash = _keys.Context(runId, scope);
        var names = await _link.ReadAsync(db => db.HashKeysAsync(hash), "context keys", ct);
        foreach (var chunk in names.Chunk(64))
        {
            var values = await _link.ReadAsync(db => db.HashGetAsync(hash, chunk), "context", ct);
            for (var i = 0; i < chunk.Length; i++)
            {
                if (!values[i].IsNull)
                {
                    yield return Context(scope, chunk[i]!, values[i]);
                }
            }
        }
    }

    public async Task SaveSnapshotAsync(PartitionLease lease, string runId, long version, ReadOnlyMemory<byte> snapshot, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        StoreLimits.CheckValue(snapshot.Length, nameof(snapshot));
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        var answer = (int)await _link.EvalAsync(
            RedisScript.Snapshot,
            [_keys.Lease(lease.Partition), _keys.Run(runId), _keys.Snapshot(runId)],
            [lease.Epoch, lease.Nonce, version, RedisAppend.Bytes(snapshot)],
            ct);
        switch (answer)
        {
            case -1: throw LeaseLostException.Of(lease);
            case -2: throw StoreLimits.SnapshotIsAhead(runId, version);
        }
    }

    public async ValueTask<StoredEvent?> ReadSnapshotAsync(string runId, CancellationToken ct)
    {
        var fields = await _link.ReadAsync(db => db.HashGetAsync(_keys.Snapshot(runId), ["version", "data"]), "snapshot", ct);
        return fields[0].IsNull ? null : new StoredEvent((long)fields[0], (byte[]?)fields[1] ?? []);
    }

    public async Task DeleteRunAsync(PartitionLease lease, string runId, CancellationToken ct)
    {
        StoreLimits.CheckName(runId, nameof(runId));
        StoreLimits.CheckOwnership(lease, runId, PartitionCount);
        var answer = (int)await _link.EvalAsync(
            RedisScript.Delete,
            [_keys.Lease(lease.Partition), _keys.Run(runId), _keys.Log(runId), _keys.Snapshot(runId)],
            [_keys.Base(lease.Partition), lease.Epoch, lease.Nonce, runId],
            ct);
        if (answer == 0)
        {
            throw LeaseLostException.Of(lease);
        }

        _wakes.Hub.Wake(runId);
    }

    public Task<StoreHealth> CheckAsync(CancellationToken ct) => _link.CheckAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _wakes.DisposeAsync();
        await _link.DisposeAsync();
    }

    private async Task<bool> RenewAsync(PartitionLease lease, long milliseconds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lease);
        StoreLimits.CheckPartition(lease.Partition, PartitionCount);
        return (int)await _link.EvalAsync(RedisScript.Renew, [_keys.Lease(lease.Partition)], [lease.Epoch, lease.Nonce, milliseconds], ct) == 1;
    }

    // A context value is stored as "version\nvalue".
    private static ContextRecord Context(string scope, string key, RedisValue stored)
    {
        var bytes = (byte[]?)stored ?? [];
        var split = Array.IndexOf(bytes, (byte)'\n');
        return new ContextRecord(scope, key, long.Parse(Encoding.ASCII.GetString(bytes, 0, split)), bytes.AsMemory(split + 1));
    }
}

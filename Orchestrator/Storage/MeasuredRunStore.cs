using System.Diagnostics;
using System.Diagnostics.Metrics;
using ServiceDefaults;

namespace Orchestrator.Storage;

/// <summary>
/// Measures what a store does: how long calls take, which fail, and how much is appended. Where nobody listens a call goes
/// straight through. What is read piece by piece is not measured: its time is that of whoever reads.
/// </summary>
internal sealed class MeasuredRunStore(IRunStore inner, string kind) : IRunStore
{
    private static readonly Meter Meter = new("Orchestrator.Storage");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "agents.store.operation.duration", "s", "Time of a call to the store.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("agents.events.appended", "{event}", "Events that were appended to logs.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("agents.events.size", "By", "Bytes of the events that were appended to logs.");
    private readonly KeyValuePair<string, object?> _kind = new("store", kind);

    /// <summary>The store itself.</summary>
    public IRunStore Inner => inner;

    public int PartitionCount => inner.PartitionCount;

    public Task OpenAsync(CancellationToken ct) => inner.OpenAsync(ct);

    public Task<PartitionLease?> AcquireAsync(int partition, string owner, TimeSpan duration, CancellationToken ct) => Measured("acquire", Start(), inner.AcquireAsync(partition, owner, duration, ct));

    public Task<bool> RenewAsync(PartitionLease lease, TimeSpan duration, CancellationToken ct) => Measured("renew", Start(), inner.RenewAsync(lease, duration, ct));

    public Task ReleaseAsync(PartitionLease lease, CancellationToken ct) => Measured("release", Start(), inner.ReleaseAsync(lease, ct));

    public ValueTask<AppendResult> AppendAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct) =>
        Duration.Enabled ? MeasuredAppendAsync(lease, batch, ct) : inner.AppendAsync(lease, batch, ct);

    public IAsyncEnumerable<StoredEvent> ReadAsync(string runId, long afterVersion, CancellationToken ct) => inner.ReadAsync(runId, afterVersion, ct);

    public ValueTask<long> GetVersionAsync(string runId, CancellationToken ct) => Measured("version", Start(), inner.GetVersionAsync(runId, ct));

    public IAsyncDisposable Watch(string runId, Action wake) => inner.Watch(runId, wake);

    public IAsyncEnumerable<(string RunId, DateTimeOffset? WakeAt)> ReadOpenRunsAsync(int partition, CancellationToken ct) => inner.ReadOpenRunsAsync(partition, ct);

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, CancellationToken ct) => inner.ReadQueueAsync(partition, ct);

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken ct) => Measured("list", Start(), inner.ListAsync(query, ct));

    public Task<long> CountOpenRunsAsync(string tenant, CancellationToken ct) => Measured("count_open", Start(), inner.CountOpenRunsAsync(tenant, ct));

    public ValueTask<RunIndexEntry?> GetIndexAsync(string runId, CancellationToken ct) => Measured("index", Start(), inner.GetIndexAsync(runId, ct));

    public ValueTask<ContextRecord?> GetContextAsync(string runId, string scope, string key, CancellationToken ct) => Measured("context", Start(), inner.GetContextAsync(runId, scope, key, ct));

    public IAsyncEnumerable<ContextRecord> ListContextAsync(string runId, string scope, CancellationToken ct) => inner.ListContextAsync(runId, scope, ct);

    public Task SaveSnapshotAsync(PartitionLease lease, string runId, long version, ReadOnlyMemory<byte> snapshot, CancellationToken ct) =>
        Measured("save_snapshot", Start(), inner.SaveSnapshotAsync(lease, runId, version, snapshot, ct));

    public ValueTask<StoredEvent?> ReadSnapshotAsync(string runId, CancellationToken ct) => Measured("read_snapshot", Start(), inner.ReadSnapshotAsync(runId, ct));

    public Task DeleteRunAsync(PartitionLease lease, string runId, CancellationToken ct) => Measured("delete", Start(), inner.DeleteRunAsync(lease, runId, ct));

    public IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, string role, CancellationToken ct) => inner.ReadQueueAsync(partition, role, ct);

    public Task<IReadOnlyList<QueueDepth>> ReadQueueDepthsAsync(CancellationToken ct) => Measured("queue_depths", Start(), inner.ReadQueueDepthsAsync(ct));

    public Task<IReadOnlyList<string>> ReadEndedRunsAsync(int partition, DateTimeOffset before, int limit, CancellationToken ct) =>
        Measured("ended", Start(), inner.ReadEndedRunsAsync(partition, before, limit, ct));

    public Task PutInboxAsync(InboxItem item, CancellationToken ct) => Measured("put_inbox", Start(), inner.PutInboxAsync(item, ct));

    public Task<IReadOnlyList<InboxItem>> ReadInboxAsync(int partition, CancellationToken ct) => Measured("read_inbox", Start(), inner.ReadInboxAsync(partition, ct));

    public Task AnswerInboxAsync(PartitionLease lease, string runId, InboxAnswer answer, CancellationToken ct) => Measured("answer_inbox", Start(), inner.AnswerInboxAsync(lease, runId, answer, ct));

    public ValueTask<InboxAnswer?> ReadAnswerAsync(string runId, string id, CancellationToken ct) => Measured("read_answer", Start(), inner.ReadAnswerAsync(runId, id, ct));

    public IAsyncDisposable WatchInbox(int partition, Action wake) => inner.WatchInbox(partition, wake);

    public Task PutMemberAsync(string group, Member member, TimeSpan duration, CancellationToken ct) => Measured("put_member", Start(), inner.PutMemberAsync(group, member, duration, ct));

    public Task RemoveMemberAsync(string group, string id, CancellationToken ct) => Measured("remove_member", Start(), inner.RemoveMemberAsync(group, id, ct));

    public Task<IReadOnlyList<Member>> ReadMembersAsync(string group, CancellationToken ct) => Measured("read_members", Start(), inner.ReadMembersAsync(group, ct));

    public IAsyncDisposable WatchMembers(string group, Action wake) => inner.WatchMembers(group, wake);

    public Task<StoreHealth> CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<AppendResult> MeasuredAppendAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct)
    {
        var result = await MeasuredAsync("append", Start(), inner.AppendAsync(lease, batch, ct), append => append.Status == AppendStatus.Appended ? null : append.Status.ToString());
        if (result.Status == AppendStatus.Appended)
        {
            Events.Add(batch.Events.Count, _kind);
            Bytes.Add(batch.Events.Sum(e => (long)e.Length), _kind);
        }

        return result;
    }

    private static long Start() => Duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    private ValueTask<T> Measured<T>(string operation, long started, ValueTask<T> call) => started > 0 ? MeasuredAsync(operation, started, call) : call;

    private Task<T> Measured<T>(string operation, long started, Task<T> call) => started > 0 ? MeasuredAsync(operation, started, new ValueTask<T>(call)).AsTask() : call;

    private Task Measured(string operation, long started, Task call) => started > 0 ? MeasuredAsync(operation, started, new ValueTask<bool>(TrueAsync(call))).AsTask() : call;

    private static async Task<bool> TrueAsync(Task call)
    {
        await call;
        return true;
    }

    private async ValueTask<T> MeasuredAsync<T>(string operation, long started, ValueTask<T> call, Func<T, string?>? refusal = null)
    {
        string? error = null;
        try
        {
            var result = await call;
            error = refusal?.Invoke(result);
            return result;
        }
        catch (Exception e)
        {
            error = e.GetType().Name;
            throw;
        }
        finally
        {
            var tags = new TagList { { "operation", operation }, _kind };
            if (error is not null)
            {
                tags.Add(GenAi.ErrorType, error);
            }

            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }
}

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>The stored logs of schedules. A schedule's state stands in its index entry, so reading it costs one read however long its log is.</summary>
internal sealed class ScheduleStore(IRunStore store, TimeProvider time)
{
    private const string StashTenant = "#schedules-stash";
    private const int PageSize = 200;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    /// <summary>Events after which a log is made anew, so that it stays short however long the schedule goes on.</summary>
    public int RenewAfter { get; init; } = 1000;

    /// <summary>The state of a schedule; null: there is none.</summary>
    public async Task<ScheduleRecord?> ReadAsync(string logId, CancellationToken ct) =>
        await store.GetIndexAsync(logId, ct) is { } entry ? ScheduleRecord.Parser.ParseFrom(entry.Summary.Span) : null;

    /// <summary>Every schedule of a tenant, by name.</summary>
    public async Task<IReadOnlyList<ScheduleRecord>> ListAsync(string tenant, CancellationToken ct)
    {
        var records = new List<ScheduleRecord>();
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery(ScheduleIds.IndexTenant(tenant), [], null, cursor, PageSize), ct);
            records.AddRange(page.Runs.Select(entry => ScheduleRecord.Parser.ParseFrom(entry.Summary.Span)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return [.. records.OrderBy(record => record.Schedule.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Stores an event with the state that it leads to. While the store cannot be reached the same batch is repeated,
    /// which settles an unknown outcome.
    /// </summary>
    /// <param name="lease">The lease of the schedule's partition.</param>
    /// <param name="logId">Its log.</param>
    /// <param name="record">The state after the event; gets its version.</param>
    /// <param name="body">The event; gets version and time.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<AppendStatus> AppendAsync(PartitionLease lease, string logId, ScheduleRecord record, ScheduleEvent body, CancellationToken ct)
    {
        var status = await AppendAsync(lease, logId, ScheduleIds.IndexTenant(record.Principal.Tenant), record, body, ct);
        if (status == AppendStatus.Appended && record.Version >= RenewAfter)
        {
            await RenewAsync(lease, logId, record, ct);
        }

        return status;
    }

    /// <summary>Ends what a crash interrupted: puts the state back from its stash where the log is gone, and takes the stash away.</summary>
    /// <returns>The state; null: there is no schedule.</returns>
    public Task<ScheduleRecord?> RestoreAsync(PartitionLease lease, string logId, CancellationToken ct) => RepeatAsync(async () =>
    {
        var stash = ScheduleIds.Stash(logId, store.PartitionCount);
        var record = await ReadAsync(logId, ct);
        if (record is null && (record = await ReadAsync(stash, ct)) is not null)
        {
            record.Version = 0;
            await AppendAsync(lease, logId, ScheduleIds.IndexTenant(record.Principal.Tenant), record, PutOf(record), ct);
        }

        await store.DeleteRunAsync(lease, stash, ct);
        return record;
    }, ct);

    // A log only grows, and nothing but its last state is ever read: stash the state, delete the log, begin it anew.
    private async Task RenewAsync(PartitionLease lease, string logId, ScheduleRecord record, CancellationToken ct)
    {
        var stash = ScheduleIds.Stash(logId, store.PartitionCount);
        var copy = record.Clone();
        copy.Version = await RepeatAsync(() => store.GetVersionAsync(stash, ct).AsTask(), ct);
        if (await AppendAsync(lease, stash, StashTenant, copy, PutOf(record), ct) != AppendStatus.Appended)
        {
            return; // another time
        }

        await RepeatAsync(async () =>
        {
            await store.DeleteRunAsync(lease, logId, ct);
            return true;
        }, ct);
        await RestoreAsync(lease, logId, ct);
        record.Version = 1;
    }

    private Task<AppendStatus> AppendAsync(PartitionLease lease, string logId, string tenant, ScheduleRecord record, ScheduleEvent body, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        record.Version++;
        (body.Version, body.Time) = (record.Version, Timestamp.FromDateTimeOffset(now));
        var batch = new AppendBatch
        {
            RunId = logId,
            ExpectedVersion = record.Version - 1,
            BatchId = Guid.NewGuid().ToString("N"),
            Events = [body.ToByteArray()],
            Index = new RunIndexEntry(
                logId, tenant, record.Schedule.Paused ? "PAUSED" : "ACTIVE", "", record.CreatedAt.ToDateTimeOffset(), now, Open: true, record.ToByteArray()),
            WakeAt = record.NextAt?.ToDateTimeOffset(),
            ClearWake = record.NextAt is null,
        };
        return RepeatAsync(async () => (await store.AppendAsync(lease, batch, ct)).Status, ct);
    }

    private async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(pause, time, ct);
            }
        }
    }

    private static ScheduleEvent PutOf(ScheduleRecord record) =>
        new() { Put = new SchedulePut { Principal = record.Principal, Schedule = record.Schedule, RequestId = record.RequestId } };

    /// <summary>Nothing of the schedule remains.</summary>
    public Task DeleteAsync(PartitionLease lease, string logId, CancellationToken ct) => store.DeleteRunAsync(lease, logId, ct);

    /// <summary>Whether a run goes on.</summary>
    public async Task<bool> IsOpenAsync(string runId, CancellationToken ct) => await store.GetIndexAsync(runId, ct) is { Open: true };
}

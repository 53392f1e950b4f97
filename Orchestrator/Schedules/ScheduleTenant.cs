using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>The schedules of the partitions that this replica owns.</summary>
internal sealed class ScheduleTenant(ScheduleStore schedules, IRunStore store, IServiceProvider services, TimeProvider time, ILogger<ScheduleTenant> logger)
    : IPartitionTenant, IDisposable
{
    private readonly ConcurrentDictionary<int, Owned> _owned = new();

    /// <inheritdoc/>
    public bool Owns(string logId) => logId.StartsWith(ScheduleIds.Prefix, StringComparison.Ordinal);

    /// <summary>Who works on a schedule here, also on one that is yet to be made; null: its partition is another's.</summary>
    public ScheduleKeeper? Find(string logId) =>
        _owned.TryGetValue(Partitions.Of(logId, store.PartitionCount), out var owned) ? Keeper(owned, logId) : null;

    /// <summary>The lease of the partition that a log belongs to; null: it is another's.</summary>
    public PartitionLease? LeaseOf(string logId) => _owned.TryGetValue(Partitions.Of(logId, store.PartitionCount), out var owned) ? owned.Lease : null;

    /// <summary>Deletes a schedule that is owned here.</summary>
    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(ScheduleKeeper keeper, CancellationToken ct)
    {
        var deleted = await keeper.DeleteAsync(ct);
        if (_owned.TryGetValue(keeper.Lease.Partition, out var owned))
        {
            owned.Keepers.TryRemove(keeper.LogId, out _);
        }

        return deleted;
    }

    /// <inheritdoc/>
    public Task OnTakenAsync(int partition, IReadOnlyList<(string LogId, DateTimeOffset? WakeAt)> open, PartitionLease lease, CancellationToken ct)
    {
        OnLost(partition);
        var owned = _owned[partition] = new Owned(lease);
        foreach (var logId in open.Select(one => ScheduleIds.OfStash(one.LogId)).OfType<string>())
        {
            Keeper(owned, logId).Restore();
        }

        foreach (var (logId, wakeAt) in open.Where(one => ScheduleIds.OfStash(one.LogId) is null))
        {
            // What the store says is enough: the schedule itself is read when its time comes.
            Keeper(owned, logId).Arm(wakeAt);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Storage.InboxAnswer> OnInboxAsync(InboxItem item, PartitionLease lease, CancellationToken ct)
    {
        var answer = await AnswerAsync(item, ct);
        return new Storage.InboxAnswer(item.Id, answer.ToByteArray());
    }

    /// <inheritdoc/>
    public void OnLost(int partition)
    {
        if (_owned.TryRemove(partition, out var owned))
        {
            owned.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var partition in _owned.Keys)
        {
            OnLost(partition);
        }
    }

    private async Task<ScheduleAnswer> AnswerAsync(InboxItem item, CancellationToken ct)
    {
        try
        {
            var command = ScheduleCommand.Parser.ParseFrom(item.Data.Span);
            var keeper = Find(item.RunId) ?? throw new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", "The schedule is being handed over; try again.");
            return command.CommandCase == ScheduleCommand.CommandOneofCase.Put
                ? new ScheduleAnswer { Schedule = await keeper.PutAsync(command.Put, command.Principal, ct) }
                : await DeleteAsync(keeper, ct) ? new ScheduleAnswer() : throw ScheduleService.Unknown(command.Delete.Name);
        }
        catch (RequestRefusedException e)
        {
            return new ScheduleAnswer { Status = (int)e.GrpcCode, Code = e.Code, Message = e.Message, Field = e.Field ?? "" };
        }
    }

    private ScheduleKeeper Keeper(Owned owned, string logId) => owned.Keepers.GetOrAdd(
        logId, id => new ScheduleKeeper(id, owned.Lease, schedules, services.GetRequiredService<IRunEngine>, time, logger, owned.Stopping));

    private sealed class Owned(PartitionLease lease) : IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public PartitionLease Lease => lease;

        public CancellationToken Stopping => _stopping.Token;

        public ConcurrentDictionary<string, ScheduleKeeper> Keepers { get; } = new(StringComparer.Ordinal);

        public void Dispose()
        {
            _stopping.Cancel();
            foreach (var keeper in Keepers.Values)
            {
                keeper.Dispose();
            }

            _stopping.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using Google.Protobuf;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>This replica's share of the partitions: as many as any other has, one more or less.</summary>
/// <remarks>
/// Every replica keeps a record in the group <c>replicas</c>, reads the others', and from the order of their ids knows how
/// many partitions it should have. It gives back what is too many and takes what is free; nobody tells anybody. What a
/// lease protects is decided by the store alone: an append under a lease that another has taken is refused there.
/// </remarks>
internal sealed class PartitionLeases(IRunStore store, Replica replica, ReplicaOptions options, ILogger logger)
{
    private const string Group = "replicas";
    private readonly ConcurrentDictionary<int, PartitionLease> _held = new();

    /// <summary>Called after a partition was acquired. Must not block: leases have to be renewed.</summary>
    public required Action<PartitionLease> Gained { get; init; }

    /// <summary>Called before a partition is given back, and after one was lost.</summary>
    public required Func<int, Task> Lost { get; init; }

    /// <summary>The leases that are held.</summary>
    public ICollection<PartitionLease> Held => _held.Values;

    /// <summary>Partitions that this replica should have; -1 before it is known.</summary>
    public int Target { get; private set; } = -1;

    /// <summary>The lease of a partition; null: it is not ours.</summary>
    public PartitionLease? Of(int partition) => _held.GetValueOrDefault(partition);

    /// <summary>Renews, gives back and takes, once.</summary>
    /// <exception cref="StoreUnavailableException">What could be done was done; leases go on until others take them.</exception>
    public async Task TickAsync(CancellationToken ct)
    {
        var renewals = _held.Values.Select(lease => RenewAsync(lease, ct)).ToList();
        var record = new ReplicaRecord { ReplicaId = replica.Id, Name = replica.Name };
        await store.PutMemberAsync(Group, new Member(replica.Id, record.ToByteArray()), options.Lease, ct);
        await Task.WhenAll(renewals);

        var replicas = (await store.ReadMembersAsync(Group, ct)).Select(member => member.Id).Order(StringComparer.Ordinal).ToList();
        var me = replicas.IndexOf(replica.Id);
        if (me < 0)
        {
            return;
        }

        Target = (store.PartitionCount / replicas.Count) + (me < store.PartitionCount % replicas.Count ? 1 : 0);
        foreach (var surplus in _held.Keys.OrderDescending().Take(Math.Max(0, _held.Count - Target)).ToList())
        {
            await GiveBackAsync(surplus);
        }

        // Each replica begins at another place, so that they do not all try the same ones.
        var first = me * store.PartitionCount / replicas.Count;
        for (var i = 0; i < store.PartitionCount && _held.Count < Target; i++)
        {
            // A call that is under way is not cancelled: the store would give a lease, or keep one, that nobody knows of.
            ct.ThrowIfCancellationRequested();
            var partition = (first + i) % store.PartitionCount;
            if (!_held.ContainsKey(partition) && await store.AcquireAsync(partition, replica.Name, options.Lease, CancellationToken.None) is { } lease)
            {
                _held[partition] = lease;
                ProcessingMeters.PartitionAcquired();
                Gained(lease);
            }
        }
    }

    /// <summary>Gives everything back, so that others go on at once.</summary>
    public async Task StopAsync()
    {
        try
        {
            await store.RemoveMemberAsync(Group, replica.Id, CancellationToken.None);
            await Task.WhenAll(_held.Keys.ToList().Select(GiveBackAsync));

            // Once more: this is what the others wait for, and now there is something to take.
            await store.RemoveMemberAsync(Group, replica.Id, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            ProcessingLog.RenewFailed(logger, e.Message);
        }
    }

    private async Task RenewAsync(PartitionLease lease, CancellationToken ct)
    {
        if (!await store.RenewAsync(lease, options.Lease, ct))
        {
            ProcessingLog.PartitionLost(logger, lease.Partition);
            ProcessingMeters.PartitionLost();
            _held.TryRemove(new KeyValuePair<int, PartitionLease>(lease.Partition, lease));
            await Lost(lease.Partition);
        }
    }

    private async Task GiveBackAsync(int partition)
    {
        if (_held.TryRemove(partition, out var lease))
        {
            await Lost(partition);
            await store.ReleaseAsync(lease, CancellationToken.None);
            ProcessingMeters.PartitionGivenBack();
        }
    }
}

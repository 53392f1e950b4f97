using Orchestrator.Storage;

namespace Orchestrator.Processing;

/// <summary>
/// Somebody beside the runs whose logs live in partitions: whoever holds a partition's lease does its work. Calls for
/// one partition come in order; none of them may wait for a run or for another partition.
/// </summary>
internal interface IPartitionTenant
{
    /// <summary>Whether a log is this tenant's, by its id.</summary>
    bool Owns(string logId);

    /// <summary>A partition has been taken over, with those of the tenant's logs that are open and the times at which they want to be woken: the tenant has timers of its own.</summary>
    Task OnTakenAsync(int partition, IReadOnlyList<(string LogId, DateTimeOffset? WakeAt)> open, PartitionLease lease, CancellationToken ct);

    /// <summary>A request that reached another replica.</summary>
    /// <returns>What it is answered; the item is taken out with it.</returns>
    Task<InboxAnswer> OnInboxAsync(InboxItem item, PartitionLease lease, CancellationToken ct);

    /// <summary>The partition is another's now.</summary>
    void OnLost(int partition);
}

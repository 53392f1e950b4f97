namespace Orchestrator.Storage;

/// <summary>Highest priority first, then oldest first, then by id.</summary>
internal static class QueueOrder
{
    public static int Compare(QueueEntry x, QueueEntry y)
    {
        var byPriority = y.Priority.CompareTo(x.Priority);
        if (byPriority != 0)
        {
            return byPriority;
        }

        var byTime = x.EnqueuedAt.CompareTo(y.EnqueuedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(x.Id, y.Id);
    }
}

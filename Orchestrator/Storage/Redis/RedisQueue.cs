using System.Globalization;

namespace Orchestrator.Storage.Redis;

/// <summary>How a queue entry is written: <c>priority time role run</c>, with a score that sorts by priority, then time.</summary>
internal static class RedisQueue
{
    // Room for times up to the year 2286, and exact in the double that a score is.
    private const long PriorityStep = 10_000_000_000_000;

    /// <summary>The lower, the sooner.</summary>
    public static long Score(int priority, long enqueuedMilliseconds) => ((9 - priority) * PriorityStep) + enqueuedMilliseconds;

    public static string Format(QueueEntry entry, long enqueuedMilliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Priority} {enqueuedMilliseconds} {entry.Role} {entry.RunId}");

    public static QueueEntry Parse(string id, string text)
    {
        var parts = text.Split(' ');
        return new QueueEntry(
            id,
            parts[3],
            parts[2],
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            StoreTime.FromMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)));
    }
}

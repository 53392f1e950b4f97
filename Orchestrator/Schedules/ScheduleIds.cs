using System.Globalization;
using Orchestrator.Storage;

namespace Orchestrator.Schedules;

/// <summary>What schedules are called in the store.</summary>
internal static class ScheduleIds
{
    /// <summary>What the ids of their logs begin with; no run's does.</summary>
    public const string Prefix = "schedule-";

    private const string StashPrefix = "schedule-stash~";

    /// <summary>The id of a schedule's log. The name has no colon, so two never meet.</summary>
    public static string Log(string tenant, string name) => $"{Prefix}{tenant}:{name}";

    /// <summary>
    /// Where a schedule's state is kept while its log is made anew: a log of the same partition, so that the same owner
    /// finds it.
    /// </summary>
    public static string Stash(string logId, int partitions)
    {
        var partition = Partitions.Of(logId, partitions);
        for (var salt = 0; ; salt++)
        {
            var id = $"{StashPrefix}{salt}:{logId}";
            if (Partitions.Of(id, partitions) == partition)
                return id;
        }
    }

    /// <summary>Whose stash it is; null: it is none.</summary>
    public static string? OfStash(string id) =>
        id.StartsWith(StashPrefix, StringComparison.Ordinal) ? id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..] : null;

    /// <summary>Under which their index entries stand, so that lists of runs do not show them.</summary>
    public static string IndexTenant(string tenant) => $"#schedules/{tenant}";

    /// <summary>The request id of a start: the same for the same due time, whoever submits it and however often.</summary>
    public static string Request(string name, DateTimeOffset at) =>
        $"schedule:{name}:{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}";
}

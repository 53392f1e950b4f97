using System.Globalization;

namespace Orchestrator.Schedules;

/// <summary>What schedules are called in the store.</summary>
internal static class ScheduleIds
{
    /// <summary>What the ids of their logs begin with; no run's does.</summary>
    public const string Prefix = "schedule-";

    /// <summary>The id of a schedule's log. The name has no colon, so two never meet.</summary>
    public static string Log(string tenant, string name) => $"{Prefix}{tenant}:{name}";

    /// <summary>Under which their index entries stand, so that lists of runs do not show them.</summary>
    public static string IndexTenant(string tenant) => $"#schedules/{tenant}";

    /// <summary>The request id of a start: the same for the same due time, whoever submits it and however often.</summary>
    public static string Request(string name, DateTimeOffset at) =>
        $"schedule:{name}:{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}";
}

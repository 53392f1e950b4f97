using Protos.V1;

namespace Agents.Planner;

/// <summary>
/// How fast each kind of work goes: lines a second on one busy core, and seconds it takes to begin. Measured on two shared cores:
/// inventory 300,000; an index of documents and comments 130,000; metrics 9,000 (C#) to 50,000 (Python). The numbers below are
/// lower, because an estimate that is too short is worse than one that is too long; that of the reviews is an assumption.
/// </summary>
internal static class Throughput
{
    private const double Fallback = 5;
    private const int ShortestLimit = 60;
    private const int LongestLimit = 3600;
    private const double LimitPerEstimate = 10;

    /// <summary>What a kind of work reads.</summary>
    public enum Reads
    {
        /// <summary>Only its input.</summary>
        Nothing,

        /// <summary>Every text file.</summary>
        Everything,

        /// <summary>Programs.</summary>
        Source,

        /// <summary>Prose, and the comments of programs.</summary>
        Documents,
    }

    public static (Reads Reads, double LinesPerSecond, double Start) Of(PlannedTask task) => (task.Role, task.TaskType) switch
    {
        ("researcher", "inventory") => (Reads.Everything, 150_000, 1),
        ("researcher", "scope" or "retrieve" or "answer") => (Reads.Documents, 60_000, 1),
        ("analyst", "metrics") => (Reads.Source, 8_000, 3),
        ("reviewer", "security" or "performance" or "quality") => (Reads.Source, 5_000, 1),
        _ => (Reads.Nothing, double.PositiveInfinity, Fallback),
    };

    /// <summary>Seconds for so many lines.</summary>
    public static double Estimate(PlannedTask task, long lines)
    {
        var (_, perSecond, start) = Of(task);
        return Math.Round(start + (lines / perSecond), 1);
    }

    /// <summary>Seconds after which something is wrong.</summary>
    public static int TimeLimit(double estimate) => (int)Math.Clamp(Math.Ceiling(estimate * LimitPerEstimate), ShortestLimit, LongestLimit);
}

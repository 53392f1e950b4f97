using System.Diagnostics;
using System.Diagnostics.Metrics;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>What the meter <c>Agents.Hosting</c> tells: attempts by role, kind of work and outcome, and how long they took.</summary>
internal static class AttemptMetrics
{
    private static readonly Meter Meter = new("Agents.Hosting");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("agents.attempt.duration", "s", "Time from admission to the last event.");

    public static void Ended(string role, Attempt attempt, TaskEvent last, TimeProvider time)
    {
        if (!Duration.Enabled)
            return;

        var tags = new TagList
        {
            { "agents.role", role },
            { "agents.task_type", attempt.Handler?.TaskType ?? "unknown" },
            { "agents.outcome", last.Failure?.Code ?? "OK" },
        };
        Duration.Record(time.GetElapsedTime(attempt.StartedAt).TotalSeconds, tags);
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Protos.V1;
using ServiceDefaults;

namespace Agents.Hosting.Attempts;

/// <summary>What the meter <c>Agents.Hosting</c> tells: attempts by role, kind of work and outcome, and how long they took.</summary>
internal static class AttemptMetrics
{
    private static readonly Meter Meter = new("Agents.Hosting");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("agents.attempt.duration", "s", "Time from admission to the last event.");

    private static readonly Histogram<double> ByConvention = GenAi.Duration(Meter, "gen_ai.invoke_agent.duration", "Duration of attempts at tasks, at the agent.");

    public static void Ended(string role, Attempt attempt, TaskEvent last, TimeProvider time)
    {
        if (!Duration.Enabled && !ByConvention.Enabled)
            return;

        var duration = time.GetElapsedTime(attempt.StartedAt);
        GenAi.Record(ByConvention, duration, GenAi.AgentName, role, last.Failure?.Code);
        var tags = new TagList
        {
            { "agents.role", role },
            { "agents.task_type", attempt.Handler?.TaskType ?? "unknown" },
            { "agents.outcome", last.Failure is { } failure ? GenAi.Codes.Of(failure.Code) : "OK" },
        };
        Duration.Record(duration.TotalSeconds, tags);
    }
}

using System.Diagnostics;

namespace Orchestrator.Dispatch;

/// <summary>Attempts as spans of their run's trace, when somebody listens.</summary>
internal static class AttemptTrace
{
    private static readonly ActivitySource Source = new("Orchestrator.Dispatch");

    /// <summary>Starts the span of an attempt.</summary>
    /// <param name="attempt">The attempt; its instance is known.</param>
    /// <param name="traceId">Of the run; empty: not traced.</param>
    /// <returns>Null: nobody listens.</returns>
    public static Activity? Start(AttemptRun attempt, string traceId)
    {
        if (!Source.HasListeners() || traceId.Length != 32)
        {
            return null;
        }

        // The run's trace has no span that is sure to be there still: half its own id serves as that of the root.
        var parent = new ActivityContext(
            ActivityTraceId.CreateFromString(traceId), ActivitySpanId.CreateFromString(traceId.AsSpan(16)), ActivityTraceFlags.Recorded, isRemote: true);
        var outer = Activity.Current;
        var activity = Source.StartActivity($"{attempt.Assignment.ToAgent}/{attempt.Assignment.TaskType}", ActivityKind.Client, parent);
        activity?.SetTag("agents.run", attempt.RunId).SetTag("agents.task", attempt.TaskId)
            .SetTag("agents.attempt", attempt.Attempt).SetTag("agents.instance", attempt.InstanceName);
        Activity.Current = outer;
        return activity;
    }
}

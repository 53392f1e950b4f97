using System.Diagnostics;
using ServiceDefaults;

namespace Orchestrator.Dispatch;

/// <summary>Attempts as spans below their run's, when somebody listens.</summary>
internal static class AttemptTrace
{
    private static readonly ActivitySource Source = new("Orchestrator.Dispatch");

    /// <summary>Starts the span of an attempt.</summary>
    /// <param name="attempt">The attempt; its instance may not be known yet.</param>
    /// <param name="recovering">Whether it was sent before this replica had the run.</param>
    /// <returns>Null: nobody listens.</returns>
    public static Activity? Start(AttemptRun attempt, bool recovering)
    {
        if (attempt.Run.Trace is not { } trace)
        {
            return null;
        }

        var outer = Activity.Current;
        var activity = Source.StartActivity($"{GenAi.InvokeAgent} {attempt.Assignment.ToAgent}", ActivityKind.Client, trace.ParentOf(attempt.Kind));
        Activity.Current = outer;
        if (activity is null)
        {
            return null;
        }

        activity.SetTag(GenAi.Operation, GenAi.InvokeAgent).SetTag(GenAi.ProviderName, GenAi.Provider).SetTag(GenAi.AgentName, attempt.Assignment.ToAgent)
            .SetTag(GenAi.Run, attempt.RunId).SetTag(GenAi.Task, attempt.TaskId).SetTag(GenAi.Attempt, attempt.Attempt)
            .SetTag("agents.task_type", attempt.Assignment.TaskType);
        if (attempt.Assignment.Revision is { } revision)
        {
            activity.SetTag("agents.revision", revision.Round);
        }

        if (recovering)
        {
            activity.SetTag("agents.resumed", true);
        }

        // The attempt before, whose failure or review led to this one.
        if (trace.Follow(attempt.TaskId, activity.Context) is { } before)
        {
            activity.AddLink(new ActivityLink(before));
        }

        return activity;
    }
}

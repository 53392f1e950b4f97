using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using ServiceDefaults;

namespace Agents.Hosting.Attempts;

/// <summary>Spans of attempts and tool calls, and how long the latter took; <see cref="AttemptMetrics"/> has the former. Next to nothing is done when nobody listens.</summary>
internal static class AgentTrace
{
    private static readonly ActivitySource Source = new("Agents.Hosting");
    private static readonly Meter Meter = new("Agents.Hosting");
    private static readonly Histogram<double> ToolDuration = GenAi.Duration(Meter, "gen_ai.execute_tool.duration", "Duration of tool calls, with the decision of policy.");

    /// <summary>Starts the agent's span of an attempt, below the orchestrator's.</summary>
    public static Activity? StartAttempt(Attempt attempt, string role)
    {
        if (!Source.HasListeners())
            return null;

        var assignment = attempt.Assignment;
        var activity = ActivityContext.TryParse(assignment.TraceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"{GenAi.InvokeAgent} {role}", ActivityKind.Server, parent)
            : Source.StartActivity($"{GenAi.InvokeAgent} {role}", ActivityKind.Server);
        return activity?.SetTag(GenAi.Operation, GenAi.InvokeAgent).SetTag(GenAi.ProviderName, GenAi.Provider).SetTag(GenAi.AgentName, role)
            .SetTag(GenAi.Run, attempt.Id.RunId).SetTag(GenAi.Task, attempt.Id.TaskId).SetTag(GenAi.Attempt, attempt.Id.Number)
            .SetTag("agents.task_type", assignment.TaskType);
    }

    /// <summary>What everything logged meanwhile carries.</summary>
    public static IDisposable? Scope(ILogger logger, Attempt attempt) => logger.BeginScope(new KeyValuePair<string, object>[]
    {
        new(GenAi.Run, attempt.Id.RunId), new(GenAi.Task, attempt.Id.TaskId), new(GenAi.Attempt, attempt.Id.Number),
    });

    /// <summary>Starts the span of a tool call.</summary>
    public static Activity? StartTool(string tool)
    {
        var activity = Source.StartActivity($"{GenAi.ExecuteTool} {tool}");
        return activity?.SetTag(GenAi.Operation, GenAi.ExecuteTool).SetTag(GenAi.ToolName, tool).SetTag("gen_ai.tool.type", "function");
    }

    /// <summary>Says how a tool call ended.</summary>
    /// <param name="error">Null: it succeeded.</param>
    public static void EndTool(Activity? activity, string tool, Exception? error, TimeSpan duration)
    {
        var code = error switch { null => null, TaskFailedException failure => failure.Code, _ => error.GetType().Name };
        if (code is not null)
            GenAi.Failed(activity, code);
        GenAi.Record(ToolDuration, duration, GenAi.ToolName, tool, code);
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ServiceDefaults;

/// <summary>
/// Names of OpenTelemetry's semantic conventions for generative AI (status: development), and what all spans and
/// histograms of the system have in common. Source: github.com/open-telemetry/semantic-conventions-genai.
/// </summary>
public static class GenAi
{
    /// <summary><c>gen_ai.operation.name</c>: which of the operations below.</summary>
    public const string Operation = "gen_ai.operation.name";

    /// <summary>The whole of a run; a span for each time that a replica has it in memory.</summary>
    public const string InvokeWorkflow = "invoke_workflow";

    /// <summary>From the request for a plan until it is accepted.</summary>
    public const string Plan = "plan";

    /// <summary>One attempt, at the orchestrator (kind client) and at the agent (kind server).</summary>
    public const string InvokeAgent = "invoke_agent";

    /// <summary>A tool call with the decision of policy before it.</summary>
    public const string ExecuteTool = "execute_tool";

    /// <summary>A question to a language model.</summary>
    public const string Chat = "chat";

    /// <summary><c>gen_ai.workflow.name</c>: the playbook.</summary>
    public const string WorkflowName = "gen_ai.workflow.name";

    /// <summary><c>gen_ai.agent.name</c>: the role.</summary>
    public const string AgentName = "gen_ai.agent.name";

    /// <summary><c>gen_ai.agent.id</c>: the instance.</summary>
    public const string AgentId = "gen_ai.agent.id";

    /// <summary><c>gen_ai.conversation.id</c>: the run.</summary>
    public const string ConversationId = "gen_ai.conversation.id";

    /// <summary><c>gen_ai.provider.name</c>: who answers; <see cref="Provider"/> where that is an agent of this system.</summary>
    public const string ProviderName = "gen_ai.provider.name";

    /// <summary>This system, as a provider of agents.</summary>
    public const string Provider = "agents";

    /// <summary><c>gen_ai.tool.name</c>.</summary>
    public const string ToolName = "gen_ai.tool.name";

    /// <summary><c>gen_ai.request.model</c>.</summary>
    public const string RequestModel = "gen_ai.request.model";

    /// <summary><c>error.type</c>: a failure's code, or the name of an exception's type.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Attribute of spans and logs: the run. Never of a metric.</summary>
    public const string Run = "agents.run";

    /// <summary>Attribute of spans and logs: the task. Never of a metric.</summary>
    public const string Task = "agents.task";

    /// <summary>Attribute of spans and logs: the number of the attempt, from 1. Never of a metric.</summary>
    public const string Attempt = "agents.attempt";

    // As the conventions recommend, in seconds.
    private static readonly double[] Seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36, 1310.72];

    /// <summary>
    /// Whether the spans of language models carry what was asked, with secrets removed, and what was answered:
    /// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c> is <c>true</c>. Default: they do not; nor do other spans.
    /// </summary>
    public static bool CapturesContent { get; } =
        bool.TryParse(Environment.GetEnvironmentVariable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"), out var captures) && captures;

    /// <summary>Codes of failures as attributes of metrics: agents may have their own, and the first 100 stand for themselves.</summary>
    public static BoundedNames Codes { get; } = new(100);

    /// <summary>A histogram of durations in seconds, with the conventions' boundaries.</summary>
    /// <param name="meter">Whose it is.</param>
    /// <param name="name">E.g. <c>gen_ai.workflow.duration</c>.</param>
    /// <param name="description">What is measured.</param>
    /// <returns>The histogram.</returns>
    public static Histogram<double> Duration(Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    }

    /// <summary>Counts a duration, by what it was of and how it failed.</summary>
    /// <param name="histogram">One of <see cref="Duration"/>.</param>
    /// <param name="duration">How long.</param>
    /// <param name="key">The attribute that says what it was of.</param>
    /// <param name="name">Its value: one of few.</param>
    /// <param name="error">A failure's code, or the name of an exception's type. Null: it succeeded.</param>
    public static void Record(Histogram<double> histogram, TimeSpan duration, string key, string name, string? error)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        if (!histogram.Enabled)
            return;

        var tags = new TagList { { key, name } };
        if (error is not null)
            tags.Add(ErrorType, Codes.Of(error));
        histogram.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Marks a span as failed.</summary>
    /// <param name="activity">Null: nobody listens.</param>
    /// <param name="code">A failure's code, or the name of an exception's type.</param>
    public static void Failed(Activity? activity, string code) => activity?.SetTag(ErrorType, code).SetStatus(ActivityStatusCode.Error, code);
}

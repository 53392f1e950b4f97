using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Agents.Hosting;
using Agents.Models.Settings;
using Microsoft.Extensions.AI;
using Protos.V1;
using ServiceDefaults;

namespace Agents.Models.Calls;

/// <summary>Questions to language models as spans and histograms, by the conventions of <see cref="GenAi"/>.</summary>
internal static class ChatTrace
{
    private static readonly ActivitySource Source = new("Agents.Models");
    private static readonly Meter Meter = new("Agents.Models");
    private static readonly Histogram<double> Duration = GenAi.Duration(Meter, "gen_ai.client.operation.duration", "Duration of questions to language models, with their retries.");
    private static readonly Histogram<long> Tokens = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Tokens read and written by language models.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    /// <summary>Starts the span of a question.</summary>
    /// <param name="choice">Whom it goes to.</param>
    /// <param name="messages">With secrets removed.</param>
    /// <param name="chat">Its settings; null: none.</param>
    /// <returns>Null: nobody listens.</returns>
    public static Activity? Start(ModelChoice choice, IReadOnlyCollection<ChatMessage> messages, ChatOptions? chat)
    {
        var activity = Source.StartActivity($"{GenAi.Chat} {choice.Model}", ActivityKind.Client);
        if (activity is null)
            return null;

        activity.SetTag(GenAi.Operation, GenAi.Chat).SetTag(GenAi.ProviderName, Provider(choice.ProviderName)).SetTag(GenAi.RequestModel, choice.Model)
            .SetTag("gen_ai.request.max_tokens", chat?.MaxOutputTokens).SetTag("gen_ai.output.type", chat?.ResponseFormat is ChatResponseFormatJson ? "json" : "text");
        if (GenAi.CapturesContent)
        {
            if (chat?.Instructions is { } instructions)
                activity.SetTag("gen_ai.system_instructions", Json([new { type = "text", content = instructions }]));
            activity.SetTag("gen_ai.input.messages", Json(messages.Select(Shape)));
        }

        return activity;
    }

    /// <summary>Says what was answered.</summary>
    public static void Succeeded(Activity? activity, ModelCall call, ChatResponse response)
    {
        activity?.SetTag("gen_ai.usage.input_tokens", call.InputTokens).SetTag("gen_ai.usage.output_tokens", call.OutputTokens)
            .SetTag("gen_ai.response.model", response.ModelId).SetTag("gen_ai.response.id", response.ResponseId).SetTag("agents.tries", call.Tries);
        if (response.FinishReason is { } reason)
            activity?.SetTag("gen_ai.response.finish_reasons", new[] { reason.Value });
        if (GenAi.CapturesContent)
            activity?.SetTag("gen_ai.output.messages", Json(response.Messages.Select(Shape)));
        Record(call, error: null);
        if (Tokens.Enabled)
        {
            Tokens.Record(call.InputTokens, Tags(call, "input"));
            Tokens.Record(call.OutputTokens, Tags(call, "output"));
        }
    }

    /// <summary>Says that there was no answer.</summary>
    public static void Failed(Activity? activity, ModelCall call)
    {
        GenAi.Failed(activity?.SetTag("agents.tries", call.Tries), call.Outcome);
        Record(call, call.Outcome);
    }

    private static void Record(ModelCall call, string? error)
    {
        if (!Duration.Enabled)
            return;

        var tags = Tags(call, token: null);
        if (error is not null)
            tags.Add(GenAi.ErrorType, error);
        Duration.Record(call.DurationMs / 1000d, tags);
    }

    private static TagList Tags(ModelCall call, string? token)
    {
        var tags = new TagList { { GenAi.Operation, GenAi.Chat }, { GenAi.ProviderName, Provider(call.Provider) }, { GenAi.RequestModel, call.Model } };
        if (token is not null)
            tags.Add("gen_ai.token.type", token);
        return tags;
    }

    // The conventions' name for what the settings call azure.
    private static string Provider(string name) => name == "azure" ? "azure.ai.openai" : name;

    private static object Shape(ChatMessage message) => new
    {
        role = message.Role.Value,
        parts = message.Contents.Select(object (content) => content switch
        {
            FunctionCallContent call => new { type = "tool_call", id = call.CallId, name = call.Name, arguments = call.Arguments },
            FunctionResultContent result => new { type = "tool_call_response", id = result.CallId, response = result.Result },
            _ => new { type = "text", content = content.ToString() },
        }),
    };

    private static string Json(IEnumerable<object> items) => JsonSerializer.Serialize(items, AgentJson.Options);
}

using System.Text.Json;
using Agents.Hosting.Redaction;
using Microsoft.Extensions.AI;

namespace Agents.Models.Redaction;

/// <summary>Takes secrets out of everything that leaves: texts, instructions, results of tools, arguments of earlier calls.</summary>
internal sealed class RedactingChatClient(IChatClient inner, SecretRedactor redactor) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Redact(messages), Redact(options), cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(Redact(messages), Redact(options), cancellationToken);

    private ChatMessage[] Redact(IEnumerable<ChatMessage> messages) =>
        [.. messages.Select(message => new ChatMessage(message.Role, [.. message.Contents.Select(Redact).OfType<AIContent>()]))];

    private ChatOptions? Redact(ChatOptions? options)
    {
        if (options?.Instructions is not { } instructions)
            return options;
        var copy = options.Clone();
        copy.Instructions = redactor.Redact(instructions);
        return copy;
    }

    // What has no text to look into does not leave.
    private AIContent? Redact(AIContent content) => content switch
    {
        TextContent text => new TextContent(redactor.Redact(text.Text)),
        FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, Redact(call.Arguments)),
        FunctionResultContent result => new FunctionResultContent(result.CallId, Redact(result.Result)),
        _ => null,
    };

    private Dictionary<string, object?>? Redact(IDictionary<string, object?>? arguments) =>
        arguments?.ToDictionary(pair => pair.Key, pair => Redact(pair.Value), StringComparer.Ordinal);

    private object? Redact(object? value) => value switch
    {
        null or bool or int or long or double => value,
        string text => redactor.Redact(text),
        JsonElement { ValueKind: JsonValueKind.String } text => redactor.Redact(text.GetString()!),
        _ => redactor.Redact(JsonSerializer.Serialize(value, Hosting.AgentJson.Options)),
    };
}

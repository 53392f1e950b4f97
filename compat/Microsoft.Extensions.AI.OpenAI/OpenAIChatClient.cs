using System.ClientModel;
using System.Runtime.CompilerServices;
using OpenAI.Chat;

namespace Microsoft.Extensions.AI;

/// <summary>Chat completions by the OpenAI package, in the words of Microsoft.Extensions.AI.</summary>
internal sealed class OpenAIChatClient(ChatClient client) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("openai", defaultModelId: null);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType == typeof(ChatClient) ? client
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatCompletion completion = await client.CompleteChatAsync(ToOpenAI.Messages(messages, options), ToOpenAI.Options(options), cancellationToken);
        var message = new ChatMessage(ChatRole.Assistant, [.. FromOpenAI.Contents(completion.Content)]) { RawRepresentation = completion, MessageId = completion.Id };
        if (completion.Refusal is { Length: > 0 } refusal)
            message.Contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
        foreach (var call in completion.ToolCalls)
            message.Contents.Add(FromOpenAI.Call(call.Id, call.FunctionName, call.FunctionArguments?.ToString() ?? ""));
        return new ChatResponse(message)
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            CreatedAt = completion.CreatedAt,
            FinishReason = FromOpenAI.Reason(completion.FinishReason),
            Usage = completion.Usage is { } usage ? FromOpenAI.Usage(usage) : null,
            RawRepresentation = completion,
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        AsyncCollectionResult<StreamingChatCompletionUpdate> stream =
            client.CompleteChatStreamingAsync(ToOpenAI.Messages(messages, options), ToOpenAI.Options(options), cancellationToken);
        var calls = new StreamedCalls();
        await foreach (var part in stream.WithCancellation(cancellationToken))
        {
            var update = new ChatResponseUpdate(ChatRole.Assistant, [.. FromOpenAI.Contents(part.ContentUpdate)])
            {
                ResponseId = part.CompletionId,
                MessageId = part.CompletionId,
                ModelId = part.Model,
                CreatedAt = part.CreatedAt,
                FinishReason = part.FinishReason is { } reason ? FromOpenAI.Reason(reason) : null,
                RawRepresentation = part,
            };
            if (part.RefusalUpdate is { Length: > 0 } refusal)
                update.Contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
            foreach (var call in part.ToolCallUpdates)
                calls.Add(call);
            // A call is whole when the answer has a reason to end.
            if (update.FinishReason is not null)
            {
                foreach (var call in calls.Take())
                    update.Contents.Add(call);
            }

            if (part.Usage is { } usage)
                update.Contents.Add(new UsageContent(FromOpenAI.Usage(usage)));
            yield return update;
        }
    }

    public void Dispose()
    {
        // The client holds nothing that is this object's own.
    }
}

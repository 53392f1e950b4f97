using System.Text.Json;
using OpenAI.Chat;
using OpenAIReason = OpenAI.Chat.ChatFinishReason;

namespace Microsoft.Extensions.AI;

/// <summary>Answers.</summary>
internal static class FromOpenAI
{
    public static IEnumerable<AIContent> Contents(ChatMessageContent? content)
    {
        foreach (var part in content ?? [])
        {
            if (part.Kind == ChatMessageContentPartKind.Text && part.Text is { Length: > 0 } text)
                yield return new TextContent(text) { RawRepresentation = part };
            else if (part.Kind == ChatMessageContentPartKind.Refusal)
                yield return new ErrorContent(part.Refusal) { ErrorCode = "Refusal", RawRepresentation = part };
        }
    }

    // Arguments that are no JSON object are the model's mistake, which whoever invokes the function tells it.
    public static FunctionCallContent Call(string id, string name, string arguments) =>
        FunctionCallContent.CreateFromParsedArguments(
            arguments.Length == 0 ? "{}" : arguments,
            id,
            name,
            static json => JsonSerializer.Deserialize<Dictionary<string, object?>>(json));

    public static UsageDetails Usage(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
    };

    public static ChatFinishReason Reason(OpenAIReason reason) => reason switch
    {
        OpenAIReason.Stop => ChatFinishReason.Stop,
        OpenAIReason.Length => ChatFinishReason.Length,
        OpenAIReason.ToolCalls or OpenAIReason.FunctionCall => ChatFinishReason.ToolCalls,
        OpenAIReason.ContentFilter => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(reason.ToString()),
    };
}

using System.Text.Json;
using OpenAI.Chat;
using OpenAIFormat = OpenAI.Chat.ChatResponseFormat;
using OpenAIMessage = OpenAI.Chat.ChatMessage;

namespace Microsoft.Extensions.AI;

/// <summary>Questions.</summary>
internal static class ToOpenAI
{
    private static readonly BinaryData s_noParameters = BinaryData.FromString("""{"type":"object","properties":{}}""");

    public static IEnumerable<OpenAIMessage> Messages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (options?.Instructions is { Length: > 0 } instructions)
            yield return new SystemChatMessage(instructions);
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                yield return new SystemChatMessage(message.Text);
            }
            else if (message.Role == ChatRole.Assistant)
            {
                yield return Assistant(message);
            }
            else if (message.Role == ChatRole.Tool)
            {
                foreach (var result in message.Contents.OfType<FunctionResultContent>())
                    yield return new ToolChatMessage(result.CallId, Text(result));
            }
            else
            {
                yield return new UserChatMessage(Parts(message));
            }
        }
    }

    public static ChatCompletionOptions Options(ChatOptions? options)
    {
        if (options?.RawRepresentationFactory is { } factory && factory(null!) is ChatCompletionOptions raw)
            return raw;
        var converted = new ChatCompletionOptions();
        if (options is null)
            return converted;
        converted.Temperature = options.Temperature;
        converted.TopP = options.TopP;
        converted.MaxOutputTokenCount = options.MaxOutputTokens;
        converted.FrequencyPenalty = options.FrequencyPenalty;
        converted.PresencePenalty = options.PresencePenalty;
        foreach (var stop in options.StopSequences ?? [])
            converted.StopSequences.Add(stop);
        AddTools(options, converted);
        converted.ResponseFormat = options.ResponseFormat switch
        {
            ChatResponseFormatText => OpenAIFormat.CreateTextFormat(),
            ChatResponseFormatJson { Schema: { } schema } json => OpenAIFormat.CreateJsonSchemaFormat(
                json.SchemaName ?? "json_schema", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription),
            ChatResponseFormatJson => OpenAIFormat.CreateJsonObjectFormat(),
            _ => null,
        };
        return converted;
    }

    private static void AddTools(ChatOptions options, ChatCompletionOptions converted)
    {
        foreach (var tool in (options.Tools ?? []).OfType<AIFunctionDeclaration>())
        {
            converted.Tools.Add(ChatTool.CreateFunctionTool(
                tool.Name, tool.Description, tool.JsonSchema.ValueKind == JsonValueKind.Object ? BinaryData.FromString(tool.JsonSchema.GetRawText()) : s_noParameters));
        }

        if (converted.Tools.Count == 0)
            return;
        if (options.AllowMultipleToolCalls is { } several)
            converted.AllowParallelToolCalls = several;
        converted.ToolChoice = options.ToolMode switch
        {
            NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
            RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
            RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
            AutoChatToolMode => ChatToolChoice.CreateAutoChoice(),
            _ => null,
        };
    }

    private static AssistantChatMessage Assistant(ChatMessage message)
    {
        ChatToolCall[] calls =
        [
            .. message.Contents.OfType<FunctionCallContent>().Select(call => ChatToolCall.CreateFunctionToolCall(
                call.CallId, call.Name, BinaryData.FromString(JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>())))),
        ];
        if (calls.Length == 0)
            return new AssistantChatMessage(message.Text);
        var converted = new AssistantChatMessage(calls);
        if (message.Text.Length > 0)
            converted.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        return converted;
    }

    private static IEnumerable<ChatMessageContentPart> Parts(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is TextContent text)
                yield return ChatMessageContentPart.CreateTextPart(text.Text);
            else if (content is UriContent uri && uri.HasTopLevelMediaType("image"))
                yield return ChatMessageContentPart.CreateImagePart(uri.Uri);
            else if (content is DataContent data && data.HasTopLevelMediaType("image"))
                yield return ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(data.Data), data.MediaType);
        }
    }

    private static string Text(FunctionResultContent result) => result.Result switch
    {
        null => result.Exception is { } exception ? $"Error: {exception.Message}" : "null",
        string text => text,
        JsonElement json => json.GetRawText(),
        var value => JsonSerializer.Serialize(value),
    };
}

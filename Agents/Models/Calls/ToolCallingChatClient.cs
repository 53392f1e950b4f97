using Microsoft.Extensions.AI;

namespace Agents.Models.Calls;

/// <summary>Carries out the function calls of an answer, all of one answer at a time, and asks again with their results.</summary>
internal sealed class ToolCallingChatClient(IChatClient inner, int rounds) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var functions = (options?.Tools ?? []).OfType<AIFunction>().ToDictionary(function => function.Name, StringComparer.Ordinal);
        if (functions.Count == 0)
            return await base.GetResponseAsync(messages, options, cancellationToken);

        List<ChatMessage> conversation = [.. messages];
        List<ChatMessage> said = [];
        UsageDetails? usage = null;
        for (var round = 0; ; round++)
        {
            var last = round >= rounds;
            if (last)
            {
                // Enough was looked up: now it is to answer with what there is.
                options = options!.Clone();
                options.ToolMode = ChatToolMode.None;
            }

            var response = await base.GetResponseAsync(conversation, options, cancellationToken);
            if (response.Usage is { } used)
                (usage ??= new UsageDetails()).Add(used);
            said.AddRange(response.Messages);
            FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
            if (calls.Length == 0 || last)
            {
                response.Messages = said;
                response.Usage = usage;
                return response;
            }

            var results = await Task.WhenAll(calls.Select(call => InvokeAsync(functions, call, cancellationToken)));
            var answer = new ChatMessage(ChatRole.Tool, [.. results]);
            conversation.AddRange(response.Messages);
            conversation.Add(answer);
            said.Add(answer);
        }
    }

    // Between rounds there is nothing to show, so the answer comes whole.
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (options?.Tools is not { Count: > 0 })
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
                yield return update;
            yield break;
        }

        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            yield return update;
    }

    // A mistake of the model, or of a tool, is told to the model, which may do better.
    private static async Task<AIContent> InvokeAsync(Dictionary<string, AIFunction> functions, FunctionCallContent call, CancellationToken cancellationToken)
    {
        if (!functions.TryGetValue(call.Name, out var function))
            return new FunctionResultContent(call.CallId, $"Error: there is no tool \"{call.Name}\"; there are {string.Join(", ", functions.Keys)}.");
        if (call.Exception is { } wrong)
            return new FunctionResultContent(call.CallId, $"Error: the arguments cannot be read: {wrong.Message}");
        try
        {
            return new FunctionResultContent(call.CallId, await function.InvokeAsync(new AIFunctionArguments(call.Arguments), cancellationToken));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new FunctionResultContent(call.CallId, $"Error: {exception.Message}");
        }
    }
}

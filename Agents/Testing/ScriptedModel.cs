using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Agents.Testing;

/// <summary>
/// A language model that answers by script, in turn, and keeps what it was asked. An agent that takes an
/// <see cref="IChatClient"/> cannot tell it from a real one.
/// </summary>
/// <example><code>
/// var model = new ScriptedModel()
///     .CallsTool("search", new { query = "ports" })
///     .Replies("The gateway listens on 8443.");
/// </code></example>
public sealed class ScriptedModel : IChatClient
{
    private readonly Lock _gate = new();
    private readonly List<Turn> _turns = [];
    private readonly List<ModelRequest> _requests = [];
    private int _next;

    /// <summary>What it was asked, oldest first.</summary>
    public IReadOnlyList<ModelRequest> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    /// <summary>Whether every answer of the script was given.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
                return _next == _turns.Count;
        }
    }

    /// <summary>The next answer is a text.</summary>
    /// <param name="text">The text; when streamed, it comes in pieces of a word.</param>
    /// <param name="inputTokens">What it says it read.</param>
    /// <param name="outputTokens">What it says it wrote.</param>
    /// <returns>The same model.</returns>
    public ScriptedModel Replies(string text, int inputTokens = 100, int outputTokens = 20) =>
        Add(_ => new ChatMessage(ChatRole.Assistant, text), ChatFinishReason.Stop, inputTokens, outputTokens);

    /// <summary>The next answer is made from what was asked.</summary>
    /// <param name="answer">Makes its text.</param>
    /// <returns>The same model.</returns>
    public ScriptedModel Replies(Func<ModelRequest, string> answer) =>
        Add(request => new ChatMessage(ChatRole.Assistant, answer(request)), ChatFinishReason.Stop, 100, 20);

    /// <summary>The next answer asks for tools to be called, all at once.</summary>
    /// <param name="calls">Name and arguments of each; arguments are an object whose properties are passed by name, or null.</param>
    /// <returns>The same model.</returns>
    public ScriptedModel CallsTools(params (string Tool, object? Arguments)[] calls) => Add(
        _ => new ChatMessage(ChatRole.Assistant, [.. calls.Select((call, index) => ToolCallContent(call.Tool, call.Arguments, index))]),
        ChatFinishReason.ToolCalls, 100, 20);

    /// <summary>The next answer asks for a tool to be called.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">An object whose properties are passed by name. Null: none.</param>
    /// <returns>The same model.</returns>
    public ScriptedModel CallsTool(string tool, object? arguments = null) => CallsTools((tool, arguments));

    /// <summary>The next call fails.</summary>
    /// <param name="error">How, e.g. an <see cref="HttpRequestException"/> with status 429.</param>
    /// <returns>The same model.</returns>
    public ScriptedModel Fails(Exception error) => Add(_ => throw error, ChatFinishReason.Stop, 0, 0);

    /// <summary>The next call does not answer: it ends when it is cancelled.</summary>
    /// <returns>The same model.</returns>
    public ScriptedModel Hangs()
    {
        lock (_gate)
            _turns.Add(new Turn(null, ChatFinishReason.Stop, 0, 0));
        return this;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The script is at its end.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (turn, request) = Take(messages, options);
        if (turn.Answer is null)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return new ChatResponse(turn.Answer!(request))
        {
            FinishReason = turn.Finish,
            ModelId = options?.ModelId ?? "scripted",
            Usage = new UsageDetails { InputTokenCount = turn.InputTokens, OutputTokenCount = turn.OutputTokens, TotalTokenCount = turn.InputTokens + turn.OutputTokens },
        };
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The script is at its end.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var content in response.Messages.SelectMany(message => message.Contents))
        {
            foreach (var piece in content is TextContent text ? Words(text.Text) : [content])
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new ChatResponseUpdate(ChatRole.Assistant, [piece]) { ModelId = response.ModelId };
            }
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(response.Usage!)]) { ModelId = response.ModelId, FinishReason = response.FinishReason };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static FunctionCallContent ToolCallContent(string tool, object? arguments, int index) => new(
        $"call-{index + 1}", tool,
        arguments?.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(arguments)));

    private static IEnumerable<AIContent> Words(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var space = text.IndexOf(' ', start);
            var end = space < 0 ? text.Length : space + 1;
            yield return new TextContent(text[start..end]);
            start = end;
        }
    }

    private ScriptedModel Add(Func<ModelRequest, ChatMessage> answer, ChatFinishReason finish, int inputTokens, int outputTokens)
    {
        lock (_gate)
            _turns.Add(new Turn(answer, finish, inputTokens, outputTokens));
        return this;
    }

    private (Turn Turn, ModelRequest Request) Take(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var request = new ModelRequest([.. messages], options);
        lock (_gate)
        {
            _requests.Add(request);
            return _next < _turns.Count
                ? (_turns[_next++], request)
                : throw new InvalidOperationException($"The script has {_turns.Count} answers, and the model was asked once more: {request.Text}");
        }
    }

    private sealed record Turn(Func<ModelRequest, ChatMessage>? Answer, ChatFinishReason Finish, int InputTokens, int OutputTokens);
}

/// <summary>What a <see cref="ScriptedModel"/> was asked.</summary>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">Tools, format and the like; null: none were given.</param>
public sealed record ModelRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>The text of the last message; empty when it has none.</summary>
    public string Text => Messages.Count == 0 ? "" : Messages[^1].Text;

    /// <summary>Names of the tools that it may ask for.</summary>
    public IReadOnlyList<string> Tools => [.. Options?.Tools?.Select(tool => tool.Name) ?? []];
}

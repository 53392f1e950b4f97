using System.Net;
using Microsoft.Extensions.AI;

namespace Agents.Testing.Tests;

public sealed class ScriptedModelTests
{
    [Fact]
    public async Task Script_ToolsThenText_ComesInTurnAndKeepsWhatWasAsked()
    {
        using var model = new ScriptedModel().CallsTools(("search", new { query = "ports" }), ("read", null)).Replies(request => $"you said {request.Text}");
        var tool = AIFunctionFactory.Create((string query) => query, "search");

        var first = await model.GetResponseAsync("hello", new ChatOptions { Tools = [tool] });
        var second = await model.GetResponseAsync("again");

        first.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var calls = first.Messages.Single().Contents.Cast<FunctionCallContent>().ToList();
        calls.Select(call => call.Name).ShouldBe(["search", "read"]);
        calls[0].Arguments!["query"].ShouldBe("ports");
        calls[0].CallId.ShouldNotBe(calls[1].CallId);
        second.Text.ShouldBe("you said again");
        model.Requests[0].Tools.ShouldBe(["search"]);
        model.IsFinished.ShouldBeTrue();
    }

    [Fact]
    public async Task Streaming_Text_ComesInPiecesAndEndsWithUsage()
    {
        using var model = new ScriptedModel().Replies("one two three", inputTokens: 7, outputTokens: 3);

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in model.GetStreamingResponseAsync("count"))
            updates.Add(update);

        updates.Where(update => update.Text.Length > 0).Select(update => update.Text).ShouldBe(["one ", "two ", "three"]);
        var usage = updates[^1].Contents.OfType<UsageContent>().Single().Details;
        (usage.InputTokenCount, usage.OutputTokenCount).ShouldBe((7, 3));
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Script_Failure_IsThrownAndTheNextAnswerFollows()
    {
        using var model = new ScriptedModel().Fails(new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests)).Replies("fine");

        (await Should.ThrowAsync<HttpRequestException>(() => model.GetResponseAsync("a"))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        (await model.GetResponseAsync("b")).Text.ShouldBe("fine");
    }

    [Fact]
    public async Task Script_AtItsEnd_SaysWhatWasAsked()
    {
        using var model = new ScriptedModel().Replies("only one");
        await model.GetResponseAsync("a");

        (await Should.ThrowAsync<InvalidOperationException>(() => model.GetResponseAsync("and now?"))).Message.ShouldBe("The script has 1 answers, and the model was asked once more: and now?");
    }

    [Fact]
    public async Task Hangs_Cancelled_Ends()
    {
        using var model = new ScriptedModel().Hangs();
        using var stop = new CancellationTokenSource();
        var asked = model.GetResponseAsync("a", cancellationToken: stop.Token);

        asked.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asked);
    }
}

using Agents.Models.Tests.Server;

namespace Agents.Models.Tests;

public sealed class RecordingTests
{
    private static readonly (string, string)[] Prices =
        [("Models:Prices:0:Model", "scripted*"), ("Models:Prices:0:Input", "2.5"), ("Models:Prices:0:Output", "10")];

    [Fact]
    public async Task Answer_WithUsage_IsRecordedWithTokensAndCost()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello", inputTokens: 1_000, outputTokens: 200));
        var test = new ModelTest(server, null, Prices);

        await test.WriteAsync();

        var call = test.Calls.Single();
        (call.Provider, call.Model, call.Purpose, call.Outcome, call.Tries).ShouldBe(("openai", "scripted", "text", "ok", 1));
        (call.InputTokens, call.OutputTokens).ShouldBe((1_000, 200));
        call.CostMicros.ShouldBe(4_500); // 1000 × 2.50 + 200 × 10, for a million each
        call.AnswerHash.Length.ShouldBe(64);
        server.Requests.Single().Text.ShouldContain("include_usage");
    }

    [Fact]
    public async Task Hashes_OfPromptAndAnswer_TellWhetherTheyWereTheSame()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("Hello"), Reply.Text("Hello"), Reply.Text("Goodbye"));
        var test = new ModelTest(server);

        await test.WriteAsync("a");
        await test.WriteAsync("b");
        await test.WriteAsync("b");

        test.Calls[0].PromptHash.ShouldNotBe(test.Calls[1].PromptHash);
        test.Calls[1].PromptHash.ShouldBe(test.Calls[2].PromptHash);
        test.Calls[0].AnswerHash.ShouldBe(test.Calls[1].AnswerHash);
        test.Calls[1].AnswerHash.ShouldNotBe(test.Calls[2].AnswerHash);
    }
}

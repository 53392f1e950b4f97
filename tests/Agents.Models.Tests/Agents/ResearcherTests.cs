using Agents.Models.Tests.Server;
using Agents.Researcher;
using Agents.Researcher.Contracts;
using Agents.Testing;
using ModelRequest = Agents.Models.Tests.Server.ModelRequest;

namespace Agents.Models.Tests.Agents;

public sealed class ResearcherTests : IDisposable
{
    private readonly TemporaryFiles _files = ScriptedAgents.Files();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Answer_WithQuotesThatDoNotStand_DropsThemAndSaysSo()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = request => ScriptedAgents.Asked(request) == "query"
            ? Reply.Json(new { queries = new[] { "lease lost replica killed" } })
            : Reply.Json(new
            {
                answered = true,
                answer = "Invented [1]. After five seconds [2].",
                citations = new[] { new { passage = 1, quote = "leases last for a day" }, new { passage = Passage(request), quote = "loses its lease after five seconds" } },
                missing = Array.Empty<string>(),
            });

        var (answer, test) = await AskAsync(server, "When does a replica that is killed lose its lease?");

        answer.Answered.ShouldBeTrue();
        answer.Answer.ShouldBe("Invented. After five seconds [1].");
        var citation = answer.Citations.ShouldHaveSingleItem();
        (citation.File, citation.StartLine, citation.EndLine, citation.Quote).ShouldBe(("docs/storage.md", 7, 7, "loses its lease after five seconds"));
        answer.Missing.ShouldContain(line => line.Contains("leases last for a day") && line.Contains("does not stand literally"));
        test.Context.Finish(new()).Result.ModelParts.ShouldBe(["answer"]);
    }

    [Fact]
    public async Task Answer_NothingFoundForTheWords_IsLookedForInOtherWords()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = request => ScriptedAgents.Asked(request) == "query"
            ? Reply.Json(new { queries = new[] { "journal flushed to disk before write acknowledged" } })
            : Reply.Json(new { answered = true, answer = "Yes [1].", citations = new[] { new { passage = Passage(request, "journal"), quote = "flushed to disk before a write is acknowledged" } }, missing = Array.Empty<string>() });

        var (answer, _) = await AskAsync(server, "Is durability guaranteed on power cuts?");

        server.Requests.Select(ScriptedAgents.Asked).ShouldBe(["query", "answer"]);
        answer.Citations.ShouldHaveSingleItem().StartLine.ShouldBe(3);
    }

    [Fact]
    public async Task Answer_AllQuotesInvented_IsInTheDocumentsOwnSentences()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = request => ScriptedAgents.Asked(request) == "query"
            ? Reply.Json(new { queries = new[] { "lease" } })
            : Reply.Json(new { answered = true, answer = "A day [1].", citations = new[] { new { passage = 1, quote = "leases last for a day" } }, missing = Array.Empty<string>() });

        var (answer, test) = await AskAsync(server, "When does a replica that is killed lose its lease?");

        answer.Answer.ShouldContain("A replica that is killed loses its lease after five seconds. [1]");
        answer.Missing.ShouldContain(line => line.Contains("No quote of the model's answer stands in the files"));
        test.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_WithoutAModel_IsTheSameAsEver()
    {
        using var agent = new ResearcherAgent(TimeProvider.System, AgentModels.None);
        var test = new TestTaskContext(_files.Path);

        var answer = await agent.AnswerAsync(new AnswerInput("When does a replica that is killed lose its lease?"), test.Context, CancellationToken.None);

        answer.Answer.ShouldBe("- A replica that is killed loses its lease after five seconds. [1]");
        test.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    // The number that the prompt gives to the passage that has a word.
    internal static int Passage(ModelRequest request, string word = "lease after")
    {
        var passages = request.LastMessage.Split("\n--- ").Skip(1).ToList();
        return passages.FindIndex(passage => passage.Contains(word, StringComparison.Ordinal)) + 1;
    }

    private async Task<(AnswerOutput Answer, TestTaskContext Test)> AskAsync(ModelServer server, string question)
    {
        var models = AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));
        using var agent = new ResearcherAgent(TimeProvider.System, models);
        var test = new TestTaskContext(_files.Path);
        return (await agent.AnswerAsync(new AnswerInput(question), test.Context, CancellationToken.None), test);
    }
}

using Agents.Hosting;
using Agents.Researcher.Contracts;
using Agents.Testing;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Research;

public sealed class RetrieveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResearcherEngine _engine = new(TimeProvider.System);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    private async Task<RetrieveOutput> AskAsync(string question)
    {
        var found = await _engine.RetrieveAsync(_folder.Open(), new RetrieveInput(question), CancellationToken.None);
        foreach (var passage in found.Passages)
        {
            var lines = File.ReadAllLines(_folder.Combine(passage.File));
            string.Join('\n', lines[(passage.StartLine - 1)..passage.EndLine]).ShouldContain(passage.Quote.ReplaceLineEndings("\n"));
        }

        return found;
    }

    [Theory]
    [InlineData("guide.md", "# Guide\n\nIntroduction of no interest.\n\n## Sessions\n\nA session expires after 45 minutes\nwithout activity.\n\n## Other\n\nNothing here.\n")]
    [InlineData("guide.rst", "Guide\n=====\n\nIntroduction of no interest.\n\nSessions\n--------\n\nA session expires after 45 minutes\nwithout activity.\n")]
    [InlineData("guide.txt", "Introduction of no interest.\r\n\r\nA session expires after 45 minutes\r\nwithout activity.\r\n")]
    [InlineData("guide.html", "<html><head><title>Guide</title><script>session expires</script></head>\n<body><h2>Sessions</h2>\n<p>A session&nbsp;expires after <b>45</b> minutes\nwithout activity.</p>\n<p>Other</p></body></html>\n")]
    [InlineData("guide.py", "import os\n\n# A session expires after 45 minutes\n# without activity.\ndef keep(session):\n    return session_expires\n")]
    [InlineData("Guide.cs", "class A\n{\n    /// <summary>A session expires after 45 minutes\n    /// without activity.</summary>\n    void Keep() { }\n}\n")]
    public async Task Retrieve_AnyKindOfDocument_QuotesItsLines(string name, string text)
    {
        _folder.Write(name, text).Write("noise.md", "# Noise\n\nCookies are kept for a year and minutes of meetings are archived.\n");

        var found = await AskAsync("When do sessions expire?");

        found.Answered.ShouldBeTrue(found.Note);
        found.Passages[0].File.ShouldBe(name);
        found.Passages[0].Quote.ShouldContain("45");
    }

    [Fact]
    public async Task Retrieve_NameThatNobodyMentions_SaysSo()
    {
        _folder.Write("a.md", "# Login\n\nUsers log in with a password or with a token.\n");

        var found = await AskAsync("How do users log in with Kerberos?");

        found.Answered.ShouldBeFalse();
        found.Note.ShouldBe("The documents never mention \"Kerberos\".");
        found.Passages.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Retrieve_QuotedText_MustStandThere()
    {
        _folder.Write("a.md", "The request was refused by the upstream server.\n").Write("b.md", "Refused: the upstream said no to the request.\n");

        (await AskAsync("Where is \"refused by the upstream\" explained?")).Passages[0].File.ShouldBe("a.md");
        (await AskAsync("Where is \"upstream refused the request\" explained?")).Answered.ShouldBeFalse();
    }

    [Fact]
    public async Task Retrieve_LineWithoutEnd_IsQuotedInParts()
    {
        _folder.Write("long.txt", string.Concat(Enumerable.Repeat("Nothing of interest stands in this part of the text. ", 200)) + "The retention period of backups is 30 days. " + string.Concat(Enumerable.Repeat("And nothing here either, again and again. ", 200)));

        var found = await AskAsync("What is the retention period of backups?");

        found.Passages[0].Quote.ShouldContain("30 days");
        found.Passages[0].Quote.Length.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task Retrieve_EmptyWorkspaceOrQuestion_IsNotAnswered()
    {
        (await AskAsync("What is this?")).Note.ShouldBe("The workspace has no documents with text.");
        _folder.Write("a.md", "text\n");
        using var other = new ResearcherEngine(TimeProvider.System);
        (await other.RetrieveAsync(_folder.Open(), new RetrieveInput("What is it?"), CancellationToken.None)).Note.ShouldBe("The question names nothing that could be looked for.");
    }

    [Fact]
    public async Task Retrieve_ManyAtATime_BuildOneIndex()
    {
        for (var i = 0; i < 50; i++)
            _folder.Write($"{i}.md", $"# Page {i}\n\nThe colour of item{i} is shade{i}.\n");

        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync($"What is the colour of item{i}?")));

        _engine.IndexesBuilt.ShouldBe(1);
        found.Select(f => f.Passages[0].File).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}.md"));
    }

    [Fact]
    public async Task Retrieve_DocumentThatChanged_IsReadAgain()
    {
        _folder.Write("a.md", "The port of the service is 8080.\n");
        await AskAsync("What is the port of the service?");
        _folder.Write("a.md", "# New\n\nSome words before.\n\nThe port of the service is 9090 now.\n");

        (await AskAsync("What is the port of the service?")).Passages[0].Quote.ShouldContain("9090");
    }

    [Fact]
    public async Task Answer_TwoQuestions_AnswersEachAndSaysWhatIsMissing()
    {
        _folder.Write("a.md", "# Service\n\nThe port of the service is 8080.\n\n# Logs\n\nLogs are written to the folder /var/log/service.\n");

        var answer = await _engine.AnswerAsync(_folder.Open(), new AnswerInput("What is the port of the service, and which Kafka topics does it read?"), CancellationToken.None);

        answer.Answered.ShouldBeTrue();
        answer.Answer.ShouldContain("8080. [1]");
        answer.Citations[0].ShouldSatisfyAllConditions(c => c.File.ShouldBe("a.md"), c => c.Quote.ShouldContain("8080"));
        answer.Missing.Single().ShouldContain("Kafka");
    }

    [Fact]
    public async Task Answer_RetrievalThatFailed_IsMissing()
    {
        _folder.Write("a.md", "text\n");

        var answer = await _engine.AnswerAsync(_folder.Open(), new AnswerInput("x", [null, new RetrieveOutput("Which colour?", false, [], "")]), CancellationToken.None);

        answer.Answered.ShouldBeFalse();
        answer.Citations.ShouldBeEmpty();
        answer.Missing.ShouldBe(["A part of the question was not looked for: its task failed.", "Which colour: the documents do not answer this."]);
    }

    [Fact]
    public async Task Agent_WorkspaceThatIsGone_FailsWithItsCode()
    {
        using var agent = new ResearcherAgent(TimeProvider.System, Agents.Models.AgentModels.None);
        var context = new TestTaskContext(_folder.Combine("gone")).Context;

        var error = await Should.ThrowAsync<TaskFailedException>(() => agent.RetrieveAsync(new RetrieveInput("x"), context, CancellationToken.None));

        error.Code.ShouldBe("WORKSPACE_MISSING");
    }
}

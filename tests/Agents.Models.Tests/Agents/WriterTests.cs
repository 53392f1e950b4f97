using System.Text.Json;
using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Testing;
using Agents.Writer;
using Agents.Writer.Prose;

namespace Agents.Models.Tests.Agents;

public sealed class WriterTests
{
    private const string Answer = """
        {"title": "Leases", "request": "When is a lease lost?", "kind": "answer",
         "answer": {"question": "When is a lease lost?", "answered": true, "answer": "After 5 seconds [1].",
                    "citations": [{"file": "docs/storage.md", "start_line": 7, "end_line": 7, "quote": "loses its lease after 5 seconds"}], "missing": []}}
        """;

    private const string Audit = """
        {"title": "Audit", "request": "Audit it.", "kind": "audit",
         "findings": [{"rule": "py-weak-hash", "title": "Weak hash", "category": "security", "severity": "HIGH", "file": "auth.py", "start_line": 12, "end_line": 12, "message": "MD5 is broken.", "remedy": "Use scrypt.", "snippet": "md5(x)"}]}
        """;

    [Fact]
    public async Task Answer_WrittenByAModel_KeepsItsCitations()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(new { text = "A lease is lost 5 seconds after its holder is gone [1]." }));

        var (output, test) = await WriteAsync(server, Answer);

        output.Summary.ShouldStartWith("A lease is lost 5 seconds after its holder is gone [1].");
        output.Summary.ShouldContain("1 citation");
        output.Citations.ShouldHaveSingleItem().Quote.ShouldBe("loses its lease after 5 seconds");
        output.Files["report.md"].ShouldContain("A lease is lost 5 seconds");
        test.Context.Finish(new()).Result.ModelParts.ShouldBe(["summary"]);
        server.Requests[0].LastMessage.ShouldContain("[1] docs/storage.md: loses its lease after 5 seconds");
    }

    [Fact]
    public async Task Answer_CitationThatIsNot_GoesBackToTheModel()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(new { text = "After 5 seconds [2]." }), Reply.Json(new { text = "After 5 seconds [1]." }));

        var (output, _) = await WriteAsync(server, Answer);

        server.Requests[1].LastMessage.ShouldContain("there is no citation [2]; there are [1] to [1]");
        output.Summary.ShouldStartWith("After 5 seconds [1].");
    }

    [Fact]
    public async Task Audit_FiguresThatAreNot_FallBackToTheTextWithoutAModel()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => Reply.Json(new { text = "There are 17 grave findings in `auth.py:12` and `shop.py`." });

        var (output, test) = await WriteAsync(server, Audit);

        var (without, _) = await WriteAsync(null, Audit);
        output.Summary.ShouldBe(without.Summary.Replace("2 things", "3 things", StringComparison.Ordinal));
        output.Missing.ShouldContain(line => line.StartsWith("The summary was written without a model.") && line.Contains("the number 17 is not in the facts") && line.Contains("`shop.py` is not in the facts"));
        output.Findings.ShouldHaveSingleItem();
        test.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Audit_WrittenByAModel_KeepsItsFigures()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(new { text = "1 grave finding: a broken hash in `auth.py:12`." }));

        var (output, _) = await WriteAsync(server, Audit);

        output.Summary.ShouldStartWith("1 grave finding: a broken hash in `auth.py:12`.");
        output.Summary.ShouldContain("**1 finding: 1 high, 0 medium, 0 low.**");
    }

    [Fact]
    public async Task Feature_Report_TellsTheChangeAndItsReviews()
    {
        var (output, _) = await WriteAsync(null, """
            {"title": "Feature", "request": "Discounts", "kind": "feature",
             "change": {"diff": "--- a/cart.py\n", "files": [{"file": "cart.py", "kind": "modified", "added": 2, "deleted": 1}], "tests": {"passed": 3, "failed": 0}, "summary": "Discounts in per cent.", "unmet": []},
             "reviews": [{"title": "Security review", "score": 85, "verdict": "approved", "findings": [{"severity": "HIGH", "message": "No limit", "file": "cart.py", "start_line": 2, "source": "model"}]}, null]}
            """);

        output.Summary.ShouldContain("**1 file changed: 2 lines added, 1 deleted.** Tests: 3 passed, 0 failed.");
        output.Summary.ShouldContain("Security review: 85 of 100, approved");
        output.Files["report.md"].ShouldContain("- **HIGH** `cart.py:2`: No limit (by a model)");
        output.Missing.ShouldBe(["1 of 2 reviews failed or were not made."]);
    }

    [Theory]
    [InlineData("1,234 files", "1234 files", 0)]
    [InlineData("3.0 of 4", "3 of 4", 0)]
    [InlineData("5 files", "[5] files", 1)]
    [InlineData("in `a/b.cs`", "see `a/b.cs:3`", 0)]
    [InlineData("in `c.cs`", "see `a/b.cs`", 1)]
    [InlineData("call `run`", "nothing", 0)]
    [InlineData("", "nothing", 1)]
    public void Check_OfText_FindsWhatIsNotInTheFacts(string text, string facts, int problems) => ProseCheck.Problems(text, facts, citations: 1).Count.ShouldBe(problems);

    private static async Task<(ReportOutput Output, TestTaskContext Test)> WriteAsync(ModelServer? server, string input)
    {
        var models = server is null ? AgentModels.None
            : AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));
        var test = new TestTaskContext();
        return (await new WriterAgent(models).ReportAsync(JsonSerializer.Deserialize<ReportInput>(input, AgentJson.Options)!, test.Context, CancellationToken.None), test);
    }
}

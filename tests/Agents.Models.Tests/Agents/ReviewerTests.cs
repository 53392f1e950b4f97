using System.Text.Json;
using Agents.Developer.Implementing;
using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Reviewer;
using Agents.Reviewer.Changes;
using Agents.Rules.Patches;
using Agents.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agents.Models.Tests.Agents;

public sealed class ReviewerTests : IDisposable
{
    private const string Unsafe = "import subprocess\n\n\ndef ping(host):\n    return subprocess.call('ping ' + host, shell=True)\n";
    private readonly TemporaryFiles _files = new() { ["cart.py"] = DeveloperTest.Source };

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Review_FindingsOfAModel_MustNameALineThatExists()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(Judged(
            [70, 90],
            Found("MEDIUM", "No limit", "cart.py", 2),
            Found("LOW", "Vague", "output.summary", 1),
            Found("HIGH", "Beyond the end", "cart.py", 99),
            Found("HIGH", "No such file", "shop.py", 1))));

        var (review, test) = await ReviewAsync(server, Output(DeveloperTest.Right));

        review.Findings.Select(finding => (finding.Title, finding.File, finding.StartLine, finding.Source)).ShouldBe(
            [("No limit", "cart.py", 2, "model"), ("Vague", "output.summary", 1, "model")]);
        review.Notes.Count.ShouldBe(2);
        review.Notes[0].ShouldContain("\"Beyond the end\" is said to stand at cart.py:99, and there is no such line");
        review.Notes[1].ShouldContain("shop.py:1");
        review.Criteria.Where(criterion => criterion.Source == "model").Select(criterion => (criterion.Name, criterion.Score)).ShouldBe([("Discounts are in per cent.", 70), ("Nothing else changes.", 90)]);
        review.Criteria.Where(criterion => criterion.Source == "rule").Sum(criterion => criterion.Weight).ShouldBe(0.5, 0.01);
        review.Score.ShouldBe(90); // rules 100, model 80
        review.Verdict.ShouldBe("approved");
        review.Summary.ShouldContain("2 from a model");
        server.Requests[0].LastMessage.ShouldContain("--- cart.py\n1\tdef total(prices, discount=0):");
        test.Context.Finish(new()).Result.ModelParts.ShouldBe(["review"]);
    }

    [Fact]
    public async Task Review_GraveFindingOfAModel_KeepsTheScoreBelowTheThreshold()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(Judged([100, 100], Found("HIGH", "Wrong", "cart.py", 2))));

        var (review, _) = await ReviewAsync(server, Output(DeveloperTest.Wrong));

        review.Score.ShouldBe(79);
        review.Verdict.ShouldBe("revise");
    }

    [Fact]
    public async Task Review_CriterionMissing_GoesBackToTheModel()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(Judged([100])), Reply.Json(Judged([100, 100])));

        var (review, _) = await ReviewAsync(server, Output(DeveloperTest.Right));

        server.Requests[1].LastMessage.ShouldContain("one for each line of the rubric");
        review.Score.ShouldBe(100);
    }

    [Fact]
    public async Task Review_FailingTests_AreAFindingOfRules()
    {
        var (review, test) = await ReviewAsync(null, Output(DeveloperTest.Right, failed: 1));

        review.Findings.ShouldHaveSingleItem().ShouldBe(new ReviewFinding("HIGH", "Tests fail", "1 of 4 tests fail.", Remedy: "Make them pass without weakening them."));
        review.Verdict.ShouldBe("revise");
        test.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Review_ChangeOfSeveralFiles_IsAppliedToAll()
    {
        var fine = UnifiedDiff.Of("cart.py", DeveloperTest.Source, DeveloperTest.Right).Diff + UnifiedDiff.Of("new.py", null, "x = 1\n").Diff;
        var (review, _) = await ReviewAsync(null, JsonSerializer.SerializeToElement(new { diff = fine }));
        review.Score.ShouldBe(100);

        var stale = UnifiedDiff.Of("cart.py", "other\n", DeveloperTest.Right).Diff + UnifiedDiff.Of("new.py", null, "x = 1\n").Diff;
        (review, _) = await ReviewAsync(null, JsonSerializer.SerializeToElement(new { diff = stale }));
        review.Findings.ShouldHaveSingleItem().File.ShouldBe("cart.py");
        review.Verdict.ShouldNotBe("approved");
    }

    [Fact]
    public async Task ReviewSecurity_HoleThatTheChangeBrings_IsFoundByRuleAndNotTheOldOne()
    {
        _files["old.py"] = Unsafe;
        var diff = UnifiedDiff.Of("ping.py", null, Unsafe).Diff + UnifiedDiff.Of("old.py", Unsafe, Unsafe + "\n\nLIMIT = 3\n").Diff;
        var test = new TestTaskContext(_files.Path);

        var review = await new ChangeReviewAgent(AgentModels.None).SecurityAsync(new ReviewInput(JsonSerializer.SerializeToElement(new { diff })), test.Context, CancellationToken.None);

        var finding = review.Findings.ShouldHaveSingleItem();
        (finding.File, finding.StartLine, finding.Source, finding.Rule).ShouldBe(("ping.py", 5, "rule", "py-command-injection"));
        review.Verdict.ShouldBe("revise");
    }

    [Fact]
    public async Task ReviewPerformance_WithAModel_CountsBothHalf()
    {
        await using var server = await ModelServer.StartAsync(Reply.Json(Judged([60, 60])));
        var test = new TestTaskContext(_files.Path);

        var review = await new ChangeReviewAgent(Models(server)).PerformanceAsync(new ReviewInput(Output(DeveloperTest.Right)), test.Context, CancellationToken.None);

        review.Score.ShouldBe(80);
        server.Requests[0].LastMessage.ShouldContain("The work grows with the input no faster than it must.");
    }

    [Fact]
    public async Task ReviewQuality_OutputWithoutAChange_IsRefused()
    {
        var failure = await ModelTest.FailureAsync(() => new ChangeReviewAgent(AgentModels.None)
            .QualityAsync(new ReviewInput(JsonSerializer.SerializeToElement(new { text = "hello" })), new TestTaskContext(_files.Path).Context, CancellationToken.None));

        failure.Code.ShouldBe(FailureCodes.InvalidInput);
        failure.Message.ShouldStartWith("output.diff: is missing");
    }

    private static AgentModels Models(ModelServer? server) => server is null ? AgentModels.None
        : AgentModels.Read(ModelTest.Settings(("Models:Provider", "compatible"), ("Models:Model", "m"), ("Models:Compatible:Endpoint", server.Endpoint)));

    private static JsonElement Output(string after, int failed = 0) => JsonSerializer.SerializeToElement(new
    {
        diff = UnifiedDiff.Of("cart.py", DeveloperTest.Source, after).Diff,
        summary = "Gives discounts.",
        tests = new { passed = 3, failed },
    });

    internal static object Judged(int[] scores, params object[] findings) =>
        new { criteria = scores.Select((score, i) => new { number = i + 1, score, note = "Seen." }), findings };

    internal static object Found(string severity, string title, string file, int line) => new { severity, title, message = $"{title}.", file, line, remedy = "Repair it." };

    private async Task<(Review Review, TestTaskContext Test)> ReviewAsync(ModelServer? server, JsonElement output)
    {
        var test = new TestTaskContext(_files.Path);
        var input = new ReviewInput(output, new ReviewedTask("Give discounts."), ["Discounts are in per cent.", "Nothing else changes."], 80);
        return (await new ReviewerAgent(NullLogger<ReviewerAgent>.Instance, Models(server)).ReviewAsync(input, test.Context, CancellationToken.None), test);
    }
}

using System.Text.Json;
using Agents.Developer;
using Agents.Reviewer.Outputs;
using Agents.Rules.Auditing;

namespace Agents.Reviewer.Tests.Outputs;

public sealed class OutputReviewerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_TrueAndCompleteOutput_IsApproved()
    {
        _folder.Write("a.js", "one\ntwo\nthree\n");

        var review = await RunAsync(
            new { summary = "Two findings about performance.", findings = new[] { new { rule = "x", severity = "LOW", file = "a.js", start_line = 2, end_line = 2, snippet = "two" } } },
            requirements: ["Name the findings about performance"]);

        review.Verdict.ShouldBe("approved");
        review.Score.ShouldBe(100);
        review.Findings.ShouldBeEmpty();
        review.Criteria.Sum(c => c.Weight).ShouldBe(1, 0.01);
    }

    [Fact]
    public async Task RunAsync_PlaceThatDoesNotExist_IsNotApproved()
    {
        _folder.Write("a.js", "one\n");

        var review = await RunAsync(new { summary = "Found.", findings = new[] { new { file = "a.js", start_line = 9, end_line = 9 }, new { file = "b.js", start_line = 1, end_line = 1 } } });

        review.Verdict.ShouldNotBe("approved");
        review.Findings.Count(f => f.Severity == "HIGH").ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_QuoteThatIsNotThere_IsNotApproved()
    {
        _folder.Write("a.md", "one\ntwo\n");

        var review = await RunAsync(new { answer = "It is three.", citations = new[] { new { file = "a.md", start_line = 1, end_line = 2, quote = "three" } } });

        review.Verdict.ShouldNotBe("approved");
        review.Findings[0].Message.ShouldContain("do not hold");
    }

    [Fact]
    public async Task RunAsync_EmptyOutput_IsRejected()
    {
        var review = await RunAsync(new { });
        review.Verdict.ShouldBe("rejected");
        review.Findings.ShouldContain(f => f.Title == "Nothing in it");
    }

    [Fact]
    public async Task RunAsync_RequirementNotMet_IsSaid()
    {
        var review = await RunAsync(new { summary = "The code is fine." }, requirements: ["Estimate the migration effort in weeks"]);
        review.Findings.ShouldContain(f => f.Message.Contains("migration", StringComparison.Ordinal));
        review.Criteria.Single(c => c.Name == "requirements").Score.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_PlaceholderLeft_IsSaid()
    {
        var review = await RunAsync(new { summary = "TODO" });
        review.Findings.ShouldContain(f => f.Title == "Placeholder left");
    }

    [Fact]
    public async Task RunAsync_AnswerWithoutASource_IsNotApproved()
    {
        var review = await RunAsync(new { answered = true, answer = "Blue.", citations = Array.Empty<object>() });
        review.Verdict.ShouldNotBe("approved");
    }

    [Fact]
    public async Task RunAsync_NotAnsweredWithAReason_IsApproved()
    {
        var review = await RunAsync(new { answered = false, answer = "", citations = Array.Empty<object>(), note = "The documents do not say." });
        review.Verdict.ShouldBe("approved");
    }

    [Fact]
    public async Task RunAsync_SoundDiff_IsApproved()
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n  go();\n}\n");
        var fix = await Fixer.RunAsync(_folder.Root, (await SourceReview.RunAsync(new() { Workspace = _folder.Root })).Findings);

        var review = await RunAsync(fix, requirements: ["The difference changes only what the finding is about."]);

        review.Verdict.ShouldBe("approved", review.Summary);
        review.Score.ShouldBe(100);
        review.Criteria.ShouldContain(c => c.Name == "change" && c.Score == 100);
    }

    [Fact]
    public async Task RunAsync_NothingToFixAndSaidSo_IsApproved()
    {
        var review = await RunAsync(await Fixer.RunAsync(_folder.Root, []), requirements: ["The difference changes only what the finding is about."]);
        review.Score.ShouldBe(100);
    }

    [Theory]
    [InlineData("--- a/a.js\n+++ b/a.js\n@@ -2,1 +2,1 @@\n-  other;\n+  go();\n", "does not apply")]
    [InlineData("--- a/a.js\n+++ b/a.js\n@@ -2,1 +2,1 @@\n-  debugger;\n+  go(;\n", "brackets")]
    [InlineData("--- a/a.js\n+++ b/a.js\n@@ -2,1 +2,1 @@\n-  debugger;\n+ debugger;\n", "does not remove")]
    [InlineData("--- a/a.js\n+++ b/a.js\n@@ -2,1 +2,1 @@\n-  debugger;\n+  eval(s);\n", "new finding")]
    [InlineData("nonsense", "not a unified diff")]
    [InlineData("--- a/../x.js\n+++ b/../x.js\n@@ -1,1 +1,1 @@\n-a\n+b\n", "leads out")]
    public async Task RunAsync_UnsoundDiff_IsNotApproved(string diff, string reason)
    {
        _folder.Write("a.js", "function f(s) {\n  debugger;\n  go();\n}\n");

        var review = await RunAsync(new { applied = true, rule = "js-debugger-statement", diff, description = "Removed." });

        review.Verdict.ShouldNotBe("approved");
        review.Findings.ShouldContain(f => f.Severity == "HIGH" && f.Message.Contains(reason, StringComparison.Ordinal));
    }

    private Task<Review> RunAsync(object output, IReadOnlyList<string>? requirements = null) => OutputReviewer.RunAsync(new OutputReviewRequest
    {
        Output = JsonSerializer.SerializeToElement(output, Agents.Hosting.AgentJson.Options),
        Requirements = requirements ?? [],
        Workspace = _folder.Root,
    });
}

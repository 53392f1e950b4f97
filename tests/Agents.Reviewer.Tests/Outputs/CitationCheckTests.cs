using Agents.Reviewer.Citations;
using Agents.Workspaces;

namespace Agents.Reviewer.Tests.Outputs;

public sealed class CitationCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CitationCheckTests() => _folder.Write("a.md", "# Title\r\nThe answer is 42.\r\nAnd more.\r\n");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 2, "The answer is 42.")]
    [InlineData(2, 2, "answer is")]
    [InlineData(2, 3, "The answer is 42.\nAnd more.")]
    public async Task RunAsync_QuoteStandsThere_IsConfirmed(int start, int end, string quote)
    {
        var review = await CitationCheck.RunAsync(_folder.Root, [new Citation("a.md", start, end, quote)], "It is 42 [1].");

        review.Confirmed.ShouldBe(1);
        review.Verdict.ShouldBe("approved");
        review.Score.ShouldBe(100);
    }

    [Theory]
    [InlineData("a.md", 2, 2, "the answer is 42.", "does not stand in the file")]
    [InlineData("a.md", 1, 1, "The answer is 42.", "stands at line 2")]
    [InlineData("a.md", 3, 9, "And more.", "has 3 lines")]
    [InlineData("b.md", 1, 1, "x", "does not exist")]
    [InlineData("../b.md", 1, 1, "x", "leads out")]
    [InlineData("a.md", 1, 1, "  ", "empty")]
    public async Task RunAsync_QuoteDoesNotStandThere_IsRefutedWithTheReason(string file, int start, int end, string quote, string reason)
    {
        var review = await CitationCheck.RunAsync(_folder.Root, [new Citation("a.md", 2, 2, "The answer is 42."), new Citation(file, start, end, quote)]);

        review.Checked.ShouldBe(2);
        review.Confirmed.ShouldBe(1);
        review.Refuted.ShouldHaveSingleItem().Reason.ShouldContain(reason);
        review.Verdict.ShouldNotBe("approved");
    }

    [Fact]
    public async Task RunAsync_ReferenceWithoutACitation_IsSaid()
    {
        var review = await CitationCheck.RunAsync(_folder.Root, [new Citation("a.md", 2, 2, "42")], "It is 42 [1], as known [7].");
        review.Findings.ShouldHaveSingleItem().Message.ShouldContain("[7]");
    }

    [Fact]
    public async Task RunAsync_NoCitations_HasNothingToRefute()
    {
        var review = await CitationCheck.RunAsync(_folder.Root, []);
        review.Checked.ShouldBe(0);
        review.Verdict.ShouldBe("approved");
    }

    [Fact]
    public async Task RunAsync_WorkspaceMissing_SaysSo() =>
        (await Should.ThrowAsync<WorkspaceException>(() => CitationCheck.RunAsync(_folder.Root + "x", []))).Code.ShouldBe(WorkspaceException.Missing);
}

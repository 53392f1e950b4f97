namespace Agents.Writer.Tests;

public sealed class ResearchReportTests
{
    private const string Answer = """
        "answer": {"question": "How long?", "answered": true, "answer": "- It waits 30 s [1]\n- See `items[1]` and arr[1] [2]\n- Once more [3]",
          "citations": [{"file": "docs/a.md", "start_line": 3, "end_line": 4, "quote": "The limit is\n30 seconds."}, {"file": "docs/b.md", "start_line": 9, "end_line": 9, "quote": "Not *so*.", "score": 2.5},
                        {"file": "docs/a.md", "start_line": 3, "end_line": 4, "quote": "The limit is\n30 seconds."}],
          "missing": ["Who decides: the documents do not answer this."]}
        """;

    private const string Retrievals = """
        "retrievals": [{"question": "How long?", "answered": true, "passages": [{"file": "docs/a.md", "start_line": 3, "end_line": 4, "quote": "The limit is\n30 seconds.", "score": 9}, {"file": "docs/z.md", "start_line": 1, "end_line": 2, "quote": "Other", "score": 1}], "note": ""},
                       null, {"question": "Who decides?", "answered": false, "passages": [], "note": "Nothing matches."}]
        """;

    private static ReportOutput Research(params string[] parts) =>
        Reports.Write($$"""{"title": "Waiting", "request": "How long?", "kind": "research", {{string.Join(",", parts)}}}""");

    [Fact]
    public void Report_Citations_AreNumberedOnceWithTheirQuotes()
    {
        var output = Research(Answer, Retrievals);

        output.Citations.Select(citation => (citation.File, citation.StartLine, citation.Quote)).ShouldBe([("docs/a.md", 3, "The limit is\n30 seconds."), ("docs/b.md", 9, "Not *so*.")]);
        output.Summary.ShouldContain("- It waits 30 s [1]\n- See `items[1]` and arr[1] [2]\n- Once more [1]");
        output.Files["report.md"].ShouldContain("### How long?\n\n**[1]** `docs/a.md:3-4`\n\n> The limit is  \n> 30 seconds.  \n");
        output.Files["report.md"].ShouldContain("**[2]** `docs/b.md:9`\n\n> Not \\*so\\*.  \n");
        output.Files["report.md"].ShouldContain("Also found: `docs/z.md:1-2`.");
        output.Files.Keys.ShouldBe(["report.md"]);
    }

    [Fact]
    public void Report_UnansweredAndFailedParts_AreSaid()
    {
        var output = Research(Answer, Retrievals);

        output.Missing.ShouldContain("Who decides: the documents do not answer this.");
        output.Missing.ShouldContain("1 of 3 searches failed; what they would have found is not in the answer.");
        output.Missing.ShouldContain("The citations were not checked: the reviewer's check failed or was not asked for.");
        output.Files["report.md"].ShouldContain("### Who decides?\n\nThe documents do not answer this. Nothing matches.");
    }

    [Fact]
    public void Report_RefutedCitation_IsWithdrawnAndItsSentenceMarked()
    {
        var output = Research(Answer, Retrievals, """ "citation_check": {"score": 50, "verdict": "revise", "summary": "", "findings": [], "criteria": [], "checked": 3, "confirmed": 2, "refuted": [{"file": "docs/b.md", "start_line": 9, "end_line": 9, "reason": "The line says something else."}]} """);

        output.Citations.ShouldHaveSingleItem().File.ShouldBe("docs/a.md");
        output.Summary.ShouldContain("arr[1] [unconfirmed]");
        output.Summary.ShouldContain("2 of 3 checked ones stand literally in the cited lines");
        output.Missing.ShouldContain("A citation of docs/b.md:9 was withdrawn: The line says something else.");
    }

    [Fact]
    public void Report_NoAnswer_FallsBackToThePassages()
    {
        var output = Research("\"answer\": null", Retrievals);

        output.Citations.Select(citation => citation.File).ShouldBe(["docs/a.md", "docs/z.md"]);
        output.Summary.ShouldContain("There is no answer");
        output.Missing.ShouldContain("No answer was written: its task failed. The passages that were found stand for it.");
    }

    [Fact]
    public void Report_UnansweredQuestion_SaysSoFirst()
    {
        var output = Reports.Write("""{"title": "T", "request": "Q", "kind": "answer", "answer": {"question": "Q", "answered": false, "answer": "", "citations": [], "missing": []}}""");

        output.Summary.ShouldStartWith("**The documents do not answer this.**");
        output.Citations.ShouldBeEmpty();
    }
}

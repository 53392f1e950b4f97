using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Agents.Writer.Tests;

public sealed class AuditReportTests
{
    private const string Metrics = """
        "metrics": {"totals": {"files": 4, "lines": 1234, "code_lines": 900, "comment_lines": 100, "functions": 42},
          "languages": [{"language": "C#", "files": 3, "lines": 1000.0}], "largest": [{"file": "src/big|file.cs", "lines": 800}],
          "complex": [{"file": "src/a.cs", "function": "Do_It", "start_line": 7, "complexity": 31, "lines": 120}],
          "hotspots": [{"file": "src/a.cs", "commits": 12, "complexity": 31, "score": 0.87}], "history": {"available": true, "commits": 300}, "notes": ["Half was read."]}
        """;

    [Fact]
    public void Report_Findings_AreGroupedBySeverityThenRule()
    {
        var text = Reports.Audit($"""
            [{Reports.Finding("Q1", "c.py", 3, "LOW", "quality")}, {Reports.Finding("S2", "a.cs", 1)}, {Reports.Finding("S1", "b.js", 2, more: "\"cwe\": \"CWE-79\"")}, {Reports.Finding("S1", "b.js", 9, more: "\"cwe\": \"CWE-79\"")}]
            """).Files["report.md"];

        var headings = Markdig.Markdown.Parse(text).OfType<HeadingBlock>().Select(heading => $"{heading.Level} {string.Concat(heading.Inline!.Descendants<LiteralInline>().Select(inline => inline.Content.ToString()))}");
        headings.ShouldBe(
        [
            "1 Audit", "2 Summary", "2 Findings", "3 HIGH (3)", "4 Title of S2 (S2)", "4 Title of S1 (S1)", "3 LOW (1)", "4 Title of Q1 (Q1)", "2 What is missing",
        ]);
        text.ShouldContain("- `b.js:9`: Bad.");
        text.ShouldContain("  ```javascript\n  code of line 9\n  ```");
        text.ShouldContain("[CWE-79](https://cwe.mitre.org/data/definitions/79.html)");
        text.ShouldContain("Remedy: Do better.");
    }

    [Fact]
    public void Report_Summary_CountsAndNamesTheWorstOfEachRule()
    {
        var findings = Enumerable.Range(1, 7).Select(line => Reports.Finding("S1", "a.cs", line)).Append(Reports.Finding("S9", "z.cs", 1)).Append(Reports.Finding("Q1", "c.py", 3, "LOW", "quality"));
        var output = Reports.Audit($"[{string.Join(",", findings)}]", """ "inventory": {"files_total": 10, "source_files": 8, "lines": 54321, "languages": [{"language": "C#"}, {"language": "Python"}], "areas": []} """);

        output.Summary.ShouldContain("Looked at 8 source files of 10 files with 54,321 lines (C#, Python).");
        output.Summary.ShouldContain("**9 findings: 8 high, 0 medium, 1 low.**");
        output.Summary.ShouldContain("| security | 8 | 0 | 0 |");
        var worst = output.Summary.Split('\n').Where(line => line.StartsWith("- **", StringComparison.Ordinal)).ToArray();
        worst.Length.ShouldBe(5);
        worst[0].ShouldBe("- **HIGH** `a.cs:1`: Title of S1 (S1)");
        worst[1].ShouldBe("- **HIGH** `z.cs:1`: Title of S9 (S9)");
    }

    [Fact]
    public void Report_DuplicationAndCharts_AreShownAndFiled()
    {
        var output = Reports.Audit("[]", """
            "metrics": {"duplication": {"percent": 12.5, "duplicated_lines": 26, "compared_lines": 208, "blocks": 1,
                "largest": [{"lines": 13, "tokens": 160, "copies": 2, "places": [{"file": "a.cs", "start_line": 4, "end_line": 16}, {"file": "b.cs", "start_line": 6, "end_line": 18}]}]},
              "charts": [{"name": "languages.svg", "title": "Code by language", "description": "C# [900]", "svg": "<svg role=\"img\"></svg>"}]}
            """);

        output.Files["report.md"].ShouldContain("12.5 % of the code (26 lines of 208) stands in more than one place; 1 block");
        output.Files["report.md"].ShouldContain("- 13 lines: `a.cs:4-16`, `b.cs:6-18`");
        output.Files["report.md"].ShouldContain("![C# \\[900\\]](languages.svg)");
        output.Files["languages.svg"].ShouldBe("<svg role=\"img\"></svg>");
    }

    [Fact]
    public void Report_SeveralFixes_AreListedWithWhatWasNotApplied()
    {
        var output = Reports.Audit("[]", """
            "fix": {"applied": true, "file": "", "rule": "", "diff": "--- a/a.cs\n+++ b/a.cs\n", "description": "2 fixes.", "note": "",
              "fixes": [{"file": "a.cs", "line": 3, "rule": "S1", "description": "Uses y."}, {"file": "b.cs", "line": 9, "rule": "S2", "description": "Uses z."}],
              "not_applied": [{"file": "c.cs", "line": 5, "rule": "S3", "reason": "the rule still finds it afterwards"}]}
            """);

        output.Files["report.md"].ShouldContain("2 fixes are proposed, in 2 files, not reviewed.");
        output.Files["report.md"].ShouldContain("- `a.cs:3`: Uses y. (S1)\n- `b.cs:9`: Uses z. (S2)\n");
        output.Files["report.md"].ShouldContain("Not applied:\n\n- `c.cs:5`, S3: the rule still finds it afterwards.\n");
    }

    [Theory]
    [InlineData("../a.svg", "<svg >")]
    [InlineData("report.md", "<svg >")]
    [InlineData("a.svg", "<svg ><script>alert(1)</script></svg>")]
    [InlineData("a.svg", "<svg onload='x()'></svg>")]
    [InlineData("a.svg", "<svg ><a href='https://example.org'></a></svg>")]
    [InlineData("a.svg", "<html>")]
    public void Report_ChartThatIsNoPlainPicture_IsLeftOut(string name, string svg)
    {
        var output = Reports.Audit("[]", $$""" "metrics": {"charts": [{"name": "{{name}}", "description": "d", "svg": "{{svg}}"}]} """);

        output.Files.Keys.ShouldBe(["report.md", "report.sarif"]);
        output.Files["report.md"].ShouldNotContain("![");
    }

    [Fact]
    public void Report_Metrics_AreTables()
    {
        var text = Reports.Audit("[]", Metrics).Files["report.md"];

        text.ShouldContain("4 files, 1,234 lines, 900 code, 100 comments, 42 functions.");
        text.ShouldContain("| `src/a.cs` | 12 | 31 | 0.87 |");
        text.ShouldContain("| Do_It | `src/a.cs:7` | 31 | 120 |");
        text.ShouldContain("| `src/big\\|file.cs` | 800 |");
        text.ShouldContain("- Half was read.");
    }

    [Fact]
    public void Report_NothingButTheKind_SaysWhatIsMissing()
    {
        var output = Reports.Write("""{"title": "Audit", "request": "", "kind": "audit", "findings": null, "metrics": null, "missing": ["The planner left out docs/.", null]}""");

        output.Missing.ShouldBe(
        [
            "The planner left out docs/.",
            "No inventory of the workspace: sizes and areas are not known.",
            "No review: no reviewer gave findings.",
            "No metrics: the analysis of the code failed or was not asked for.",
        ]);
        output.Findings.ShouldBeEmpty();
        output.Files.Keys.ShouldBe(["report.md", "report.sarif"]);
    }

    [Fact]
    public void Report_SkippedFiles_AddUpOverAreasAndNotOverCategories()
    {
        const string skipped = """ "skipped": [{"reason": "too large", "count": 2, "examples": ["a.min.js"]}] """;
        string Part(string category) => $$"""{"category": "{{category}}", "findings": [], {{skipped}}}""";
        var output = Reports.Audit($"[[{Part("security")}, {Part("security")}], [{Part("quality")}, {Part("quality")}]]", """ "inventory": {"truncated": true, "skipped": [{"reason": "binary", "count": 9, "examples": ["x.png"]}]} """);

        output.Files["report.md"].ShouldContain("| too large | 4 | `a.min.js` |");
        output.Files["report.md"].ShouldContain("| binary | 9 | `x.png` |");
        output.Missing.ShouldContain(line => line.StartsWith("The inventory stopped at its limit", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_HostileNamesAndSnippets_StayWhereTheyAre()
    {
        var finding = Reports.Finding("S1", "src/a`b|c\n# d.cs", 1, message: "x\n# Injected\n<script>alert(1)</script> ![p](http://e/)", more: "\"cwe\": \"CWE-79](http://evil)\"")
            .Replace("code of line 1", "```\\n# Injected too", StringComparison.Ordinal);
        var document = Markdig.Markdown.Parse(Reports.Audit($"[{finding}]").Files["report.md"]);

        document.Descendants<HeadingBlock>().Count().ShouldBe(6);
        document.Descendants<HtmlBlock>().ShouldBeEmpty();
        document.Descendants<HtmlInline>().ShouldBeEmpty();
        document.Descendants<LinkInline>().ShouldBeEmpty();
    }

    [Fact]
    public void Report_Fix_ShowsTheDiffAndItsReview()
    {
        var output = Reports.Audit(
            $"[{Reports.Finding("S1", "a.cs", 1)}]",
            """
            "fix": {"applied": true, "file": "a.cs", "rule": "S1", "diff": "--- a/a.cs\n+++ b/a.cs\n@@ -1 +1 @@\n-x\n+y\n", "description": "Uses y.", "before": "x", "after": "y", "note": ""},
            "fix_review": {"score": 93, "verdict": "approved", "summary": "Small and right.", "findings": []}
            """);

        output.Summary.ShouldContain("One fix is proposed, in `a.cs` for S1, reviewed at 93 of 100.");
        output.Files["report.md"].ShouldContain("```diff\n--- a/a.cs\n+++ b/a.cs\n@@ -1 +1 @@\n-x\n+y\n```");
        output.Files["report.md"].ShouldContain("Review: 93 of 100, approved. Small and right.");
    }

    [Fact]
    public void Report_RuleThatFiresOften_ListsItsPlaces()
    {
        var text = Reports.Audit($"[{string.Join(",", Enumerable.Range(1, 30).Select(line => Reports.Finding("S1", "a.cs", line)))}]").Files["report.md"];

        text.ShouldContain("Also at:\n\n- `a.cs:11`\n");
        Enumerable.Range(1, 30).ShouldAllBe(line => text.Contains($"`a.cs:{line}`"));
    }
}

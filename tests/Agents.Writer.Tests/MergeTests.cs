namespace Agents.Writer.Tests;

public sealed class MergeTests
{
    [Fact]
    public void Merge_NestedOutputsAndLists_FlattensAll()
    {
        var output = Reports.Audit($"""
            [[{Reports.Review("security", Reports.Finding("S1", "a.cs", 1))}, {Reports.Review("security", Reports.Finding("S1", "b.cs", 2))}],
             {Reports.Review("quality", Reports.Finding("Q1", "c.cs", 3, "LOW", "quality"))},
             [{Reports.Finding("P1", "d.cs", 4, "MEDIUM", "performance")}]]
            """);

        output.Findings.Select(finding => finding.Rule + finding.File).ShouldBe(["S1a.cs", "S1b.cs", "P1d.cs", "Q1c.cs"]);
    }

    [Fact]
    public void Merge_SameRuleFileAndLine_KeepsTheWorst()
    {
        var output = Reports.Audit($"""
            [{Reports.Finding("S1", "a.cs", 1, "LOW", message: "first")}, {Reports.Finding("S1", "./a.cs", 1, "HIGH", message: "second")}, {Reports.Finding("S1", "a.cs", 2, "LOW")}]
            """);

        output.Findings.Select(finding => (finding.StartLine, finding.Severity, finding.Message)).ShouldBe([(1, "HIGH", "second"), (2, "LOW", "Bad.")]);
    }

    [Fact]
    public void Merge_AnyOrder_GivesTheSameList()
    {
        string[] findings =
        [
            Reports.Finding("S1", "b.cs", 10), Reports.Finding("S1", "b.cs", 9), Reports.Finding("S2", "b.cs", 9), Reports.Finding("S1", "B.cs", 9),
            Reports.Finding("Q1", "a.cs", 1, "HIGH", "quality"), Reports.Finding("P1", "a.cs", 1, "HIGH", "performance"), Reports.Finding("L1", "a.cs", 1, "LOW"),
            Reports.Finding("S1", "b.cs", 9, message: "Another text"),
        ];
        var expected = Reports.Audit($"[{string.Join(",", findings)}]").Findings;
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(findings);
            Reports.Audit($"[{string.Join(",", findings)}]").Findings.ShouldBe(expected);
        }

        expected.Select(finding => (finding.Severity, finding.Category, finding.File, finding.StartLine, finding.Rule)).ShouldBe(
        [
            ("HIGH", "security", "B.cs", 9, "S1"), ("HIGH", "security", "b.cs", 9, "S1"), ("HIGH", "security", "b.cs", 9, "S2"), ("HIGH", "security", "b.cs", 10, "S1"),
            ("HIGH", "performance", "a.cs", 1, "P1"), ("HIGH", "quality", "a.cs", 1, "Q1"), ("LOW", "security", "a.cs", 1, "L1"),
        ]);
    }

    [Fact]
    public void Merge_NullPart_IsNamedAsMissingByItsArea()
    {
        var output = Reports.Audit(
            $"[[{Reports.Review("security")}, null], [{Reports.Review("quality")}, {Reports.Review("quality")}], null]",
            """ "inventory": {"files_total": 5, "source_files": 4, "lines": 100, "areas": [{"id": "a1", "title": "src/api"}, {"id": "a2", "title": "src/web"}]} """);

        output.Missing.ShouldContain("No security review of 'src/web': its task failed.");
        output.Missing.ShouldContain(line => line.StartsWith("The review part findings[2] is missing", StringComparison.Ordinal));
        output.Files["report.md"].ShouldContain("No security review of 'src/web'");
    }

    [Fact]
    public void Merge_FindingWithoutPlace_IsCountedAsMissing()
    {
        var output = Reports.Audit("""[{"rule": "S1", "title": "no file"}, 7, {"rule": "S1", "file": "a.cs", "start_line": 0}]""");

        output.Findings.ShouldBeEmpty();
        output.Missing.ShouldContain("3 findings without a rule, file or line could not be used.");
    }

    [Fact]
    public void Merge_MoreThanAReportHolds_KeepsTheWorstAndSaysSo()
    {
        var many = string.Join(",", Enumerable.Range(1, 6_000).Select(line => Reports.Finding("Q1", "a.cs", line, "LOW", "quality")).Append(Reports.Finding("S1", "z.cs", 1)));

        var output = Reports.Audit($"[{many}]");

        output.Findings.Count.ShouldBe(5_000);
        output.Findings[0].Rule.ShouldBe("S1");
        output.Missing.ShouldContain("1001 of 6001 findings, the least severe, are left out: a report has at most 5000.");
    }
}

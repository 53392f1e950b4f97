namespace Agents.Writer.Tests;

public sealed class DataReportTests
{
    private const string Table = """
        {"file": "a|b.csv", "format": "csv", "rows": 120,
         "malformed": {"count": 2, "examples": [{"line": 7, "reason": "3 fields where 2 are expected"}, {"line": 9, "reason": "a quote is not closed"}]},
         "columns": [
           {"name": "day", "type": "date", "count": 120, "missing": 0, "distinct": 120, "distinct_exact": true, "top": []},
           {"name": "x <y>", "type": "number", "count": 118, "missing": 2, "distinct": 100, "distinct_exact": false, "min": 1, "max": 1234567.5, "mean": 0.0123456, "sd": 2, "q1": 1, "median": 2, "q3": 3, "top": [],
            "unreadable": {"count": 1, "examples": [{"line": 4, "reason": "'?' is no number"}]},
            "outliers": {"low_fence": -2, "high_fence": 6, "count": 1, "examples": [{"line": 12, "value": 1234567.5}]}},
           {"name": "kind", "type": "text", "count": 120, "missing": 0, "distinct": 2, "distinct_exact": true, "top": [{"value": "a", "count": 70}, {"value": "b", "count": 50}]}],
         "correlations": [{"x": "x <y>", "y": "z", "count": 118, "pearson": -0.876, "spearman": null}],
         "trends": [{"column": "x <y>", "time": "day", "count": 118, "slope": -2.5, "unit": "year", "start": 9, "end": 4, "r_squared": 0.42}],
         "charts": [{"name": "a-b-csv-values-x-y.svg", "title": "t", "description": "Shows it.", "svg": "<svg role='img'></svg>"}],
         "notes": ["There is a note."]}
        """;

    private static ReportOutput Write(string tables) =>
        Reports.Write($$"""{"title": "Data analysis", "request": "Analyse it", "kind": "data", "inventory": {"tables": [{"file": "a|b.csv"}, {"file": "lost.csv"}]}, "tables": {{tables}}, "missing": ["c.json: no list of objects, so no table."]}""");

    [Fact]
    public void Report_Table_HasItsFiguresChartsAndMethods()
    {
        var output = Write($"[{Table}]");
        var text = output.Files["report.md"];

        text.ShouldContain("## a\\|b.csv\n\n120 rows, 3 columns.");
        text.ShouldContain("| x \\<y\\> | number | 118 | 2 | over 100 |");
        text.ShouldContain("| x \\<y\\> | 1 | 1 | 2 | 0.01235 | 3 | 1,234,568 | 2 |");
        text.ShouldContain("| x \\<y\\> | -2 | 6 | 1 | 1,234,568 (12) |");
        text.ShouldContain("| x \\<y\\>, z | 118 | -0.88 |  |");
        text.ShouldContain("| x \\<y\\> | -2.5 per year | 9 | 4 | 42 % |");
        text.ShouldContain("Most frequent in kind: a (70), b (50).");
        text.ShouldContain("![Shows it.](a-b-csv-values-x-y.svg)");
        text.ShouldContain("## How the figures were made");
        output.Files.Keys.ShouldBe(["a-b-csv-values-x-y.svg", "report.md"]);
        output.Summary.ShouldContain("go against each other (r = -0.88). x \\<y\\> falls by 2.5 per year. Outliers in 1 column, most in x \\<y\\> (1). 2 rows could not be read.");
    }

    [Fact]
    public void Report_WhatIsNotInTheFigures_IsListed() => Write($"[{Table}, null]").Missing.ShouldBe(
    [
        "c.json: no list of objects, so no table.",
        "a|b.csv: 2 rows could not be read and are left out: line 7, 3 fields where 2 are expected; line 9, a quote is not closed.",
        "a|b.csv: 1 value of the column x <y> is no number: line 4, '?' is no number.",
        "lost.csv: it was not analysed, because its task failed.",
    ]);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[null, 3]")]
    public void Report_NoTable_SaysSo(string tables) => Write(tables).Summary.ShouldContain("**No table was analysed.**");
}

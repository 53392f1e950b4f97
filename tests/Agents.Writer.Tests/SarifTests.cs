using System.Text.Json;
using Agents.Writer.Sarif;

namespace Agents.Writer.Tests;

public sealed class SarifTests
{
    private static readonly string[] Findings =
    [
        Reports.Finding("CS-XSS", "src/a b#c%d[é]:1.cs", 7, more: "\"cwe\": \"CWE-79\", \"fix\": {\"description\": \"Encode.\", \"start_line\": 7, \"end_line\": 7, \"replacement\": \"Encode(x);\"}"),
        Reports.Finding("CS-XSS", "src/other.cs", 8, more: "\"cwe\": \"CWE-79\", \"fix\": {\"description\": \"Delete.\", \"start_line\": 8, \"end_line\": 9, \"replacement\": \"\"}"),
        Reports.Finding("Q1", "c.py", 3, "LOW", "quality"),
        Reports.Finding("P1", "c.py", 3, "MEDIUM", "performance"),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Write_AnyFindings_IsValidByTheOfficialSchema(int count)
    {
        var sarif = Reports.Audit($"[{string.Join(",", Findings.Take(count).Append("null"))}]").Files["report.sarif"];

        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Schemas", "sarif-2.1.0.json"));
        schema.Validate(sarif).Select(error => error.ToString()).ShouldBeEmpty();
        // The validator does find mistakes.
        schema.Validate(sarif.Replace("\"2.1.0\"", "\"2.0.0\"", StringComparison.Ordinal)).ShouldNotBeEmpty();
        schema.Validate(sarif.Replace("\"columnKind\"", "\"columnSort\"", StringComparison.Ordinal)).ShouldNotBeEmpty();
    }

    [Fact]
    public void Write_Results_PointAtRulesFilesAndLines()
    {
        var run = Run(Findings);
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var artifacts = run.GetProperty("artifacts");

        run.GetProperty("results").GetArrayLength().ShouldBe(4);
        foreach (var result in run.GetProperty("results").EnumerateArray())
        {
            rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString().ShouldBe(result.GetProperty("ruleId").GetString());
            var location = result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation");
            artifacts[location.GetProperty("index").GetInt32()].GetProperty("location").GetProperty("uri").GetString().ShouldBe(location.GetProperty("uri").GetString());
            run.GetProperty("originalUriBaseIds").TryGetProperty(location.GetProperty("uriBaseId").GetString()!, out _).ShouldBeTrue();
        }

        run.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("level").GetString()).ShouldBe(["error", "error", "warning", "note"]);
    }

    [Fact]
    public void Write_Weaknesses_AreTaxaAndTags()
    {
        var run = Run(Findings);
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Single(rule => rule.GetProperty("id").GetString() == "CS-XSS");

        run.GetProperty("taxonomies")[0].GetProperty("taxa")[rule.GetProperty("relationships")[0].GetProperty("target").GetProperty("index").GetInt32()].GetProperty("id").GetString().ShouldBe("79");
        rule.GetProperty("properties").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["security", "external/cwe/cwe-079"]);
        rule.GetProperty("properties").GetProperty("security-severity").GetString().ShouldBe("8.0");
        rule.GetProperty("help").GetProperty("text").GetString().ShouldBe("Do better.");
    }

    [Theory]
    [InlineData("src/a b#c%d[é]:1.cs", "src/a%20b%23c%25d%5B%C3%A9%5D%3A1.cs")]
    [InlineData("c:/x.cs", "c%3A/x.cs")]
    [InlineData("src/плохо?.py", "src/%D0%BF%D0%BB%D0%BE%D1%85%D0%BE%3F.py")]
    public void Uri_AnyPath_IsARelativeReferenceThatResolvesBack(string path, string expected)
    {
        var uri = SarifWriter.Uri(path);

        uri.ShouldBe(expected);
        Uri.UnescapeDataString(new Uri(new Uri("file:///root/"), uri).AbsolutePath).ShouldBe("/root/" + path);
    }

    [Fact]
    public void Write_Fingerprints_SurviveMovedLinesAndDifferForTwins()
    {
        string At(int line) => Reports.Finding("S1", "a.cs", line).Replace($"code of line {line}", "the  same\\tcode", StringComparison.Ordinal);

        var before = Prints([At(10), At(20)]);
        var after = Prints([At(15), At(25)]);

        before.ShouldBe(after);
        before.Distinct().Count().ShouldBe(2);
        Prints([Reports.Finding("S2", "a.cs", 10)]).ShouldNotBe(before.Take(1));

        static string[] Prints(string[] findings) => [.. Run(findings).GetProperty("results").EnumerateArray().Select(result => result.GetProperty("partialFingerprints").GetProperty("agentsFinding/v1").GetString()!)];
    }

    [Fact]
    public void Write_Fixes_ReplaceOrDeleteWholeLines()
    {
        var fixes = Run(Findings).GetProperty("results").EnumerateArray().Where(result => result.TryGetProperty("fixes", out _))
            .Select(result => result.GetProperty("fixes")[0].GetProperty("artifactChanges")[0].GetProperty("replacements")[0].GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

        fixes.ShouldBe(
        [
            """{"deletedRegion":{"startLine":7,"endLine":7},"insertedContent":{"text":"Encode(x);"}}""",
            """{"deletedRegion":{"startLine":8,"startColumn":1,"endLine":10,"endColumn":1}}""",
        ]);
    }

    [Fact]
    public void Write_MissingParts_AreNotifications()
    {
        using var sarif = JsonDocument.Parse(Reports.Audit("null").Files["report.sarif"]);

        sarif.RootElement.GetProperty("runs")[0].GetProperty("invocations")[0].GetProperty("toolExecutionNotifications").EnumerateArray()
            .Select(note => note.GetProperty("message").GetProperty("text").GetString()).ShouldContain("No review: no reviewer gave findings.");
    }

    private static JsonElement Run(string[] findings)
    {
        using var sarif = JsonDocument.Parse(Reports.Audit($"[{string.Join(",", findings)}]").Files["report.sarif"]);
        return sarif.RootElement.GetProperty("runs")[0].Clone();
    }
}

using System.Text.Json;

namespace AppHost.Tests.EndToEnd;

/// <summary>The first command of the README: a request about real files becomes a reviewed report.</summary>
public sealed class RunRequestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("run-request-").FullName;

    private string Workspace => Path.Combine(_folder, "workspace");

    [Theory]
    [InlineData("embedded")]
    [InlineData("redis")]
    public async Task Run_AuditRequest_ReportsEveryPlantedHoleWhereItIs(string store)
    {
        var holes = Samples.Vulnerable(Workspace);

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "Audit this repository for security and performance problems", "--workspace", Workspace, "--out", "report", "--store", store], _folder);

        code.ShouldBe(0, output + errors);
        var report = Report();
        report.GetProperty("status").GetString().ShouldBe("COMPLETED");
        report.GetProperty("playbook").GetString().ShouldBe("code-audit");
        var found = report.GetProperty("findings").EnumerateArray()
            .Select(finding => (File: finding.GetProperty("file").GetString()!, Line: finding.GetProperty("start_line").GetInt32())).ToList();
        foreach (var hole in holes)
        {
            found.ShouldContain(hole, $"{string.Join(", ", found)}\n{output}");
        }

        found.ShouldAllBe(finding => finding.Line <= File.ReadLines(Path.Combine(Workspace, finding.File)).Count());
        report.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("role").GetString()).Distinct()
            .ShouldBe(["planner", "researcher", "reviewer", "analyst", "writer"], ignoreOrder: true);
        File.ReadAllText(Path.Combine(_folder, "report", "report.md")).ShouldContain("src/server.js");
        using var sarif = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "report", "report.sarif")));
        sarif.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
    }

    [Fact]
    public async Task Run_DataAnalysisRequest_ReportsTablesChartsAndTheRowsThatCannotBeRead()
    {
        Directory.CreateDirectory(Workspace);
        File.WriteAllText(Path.Combine(Workspace, "sales.csv"), "day,units,price\n" + string.Concat(Enumerable.Range(1, 28).Select(i => $"2024-02-{i:00},{i},{3 * i}\n")) + "broken\n");

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "Analyse this data: outliers, correlations and trends", "--workspace", Workspace, "--out", "report", "--store", "embedded"], _folder);

        code.ShouldBe(0, output + errors);
        var report = Report();
        report.GetProperty("playbook").GetString().ShouldBe("data-analysis");
        report.GetProperty("missing").EnumerateArray().Select(line => line.GetString()).ShouldBe(["sales.csv: 1 row could not be read and is left out: line 30, 1 field where 3 are expected."]);
        var text = File.ReadAllText(Path.Combine(_folder, "report", "report.md"));
        text.ShouldContain("| units, price | 28 | 1.00 | 1.00 |");
        text.ShouldContain("| price | 3 per day | 3 | 84 | 100 % |");
        File.ReadAllText(Path.Combine(_folder, "report", "sales-csv-trend-price.svg")).ShouldStartWith("<svg ");
    }

    [Fact]
    public async Task Run_AuditWithFix_ReportsADifferenceThatWasReviewed()
    {
        Samples.Vulnerable(Workspace);
        var before = Directory.EnumerateFiles(Workspace, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "Audit the code", "--playbook", "code-audit", "--input", "fix=true", "--workspace", Workspace, "--out", "report", "--store", "embedded"], _folder);

        code.ShouldBe(0, output + errors);
        Report().GetProperty("tasks").EnumerateArray().ShouldContain(task => task.GetProperty("role").GetString() == "developer", output);
        Directory.EnumerateFiles(Workspace, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText).ShouldBe(before);
    }

    [Fact]
    public async Task Run_Question_IsAnsweredByOneAgentWithAQuoteThatStandsThere()
    {
        Samples.Documents(Workspace);

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "Which port does the gateway listen on?", "--workspace", Workspace, "--out", "report", "--store", "embedded"], _folder);

        code.ShouldBe(0, output + errors);
        var report = Report();
        report.GetProperty("playbook").GetString().ShouldBe("answer");
        report.GetProperty("tasks").GetArrayLength().ShouldBe(1);
        CitationsStand(report).ShouldContain(quote => quote.Contains("7443"), output);
    }

    [Fact]
    public async Task Run_Research_CitesWhatIsThereAndSaysWhatIsNot()
    {
        Samples.Documents(Workspace);

        var (code, output, errors) = await AppHostProcess.RunAsync(
            ["run", "How often is a snapshot written? Which quantum compiler is used?", "--playbook", "research-report", "--workspace", Workspace, "--out", "report", "--store", "embedded"],
            _folder);

        code.ShouldBe(0, output + errors);
        var report = Report();
        CitationsStand(report).ShouldContain(quote => quote.Contains("six hours"), output);
        report.GetProperty("missing").EnumerateArray().ShouldContain(missing => missing.ToString().Contains("quantum"), output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonElement Report()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "report", "report.json")));
        return document.RootElement.Clone();
    }

    private List<string> CitationsStand(JsonElement report)
    {
        var quotes = new List<string>();
        foreach (var citation in report.GetProperty("citations").EnumerateArray())
        {
            var (from, to) = (citation.GetProperty("start_line").GetInt32(), citation.GetProperty("end_line").GetInt32());
            var lines = File.ReadLines(Path.Combine(Workspace, citation.GetProperty("file").GetString()!)).Skip(from - 1).Take(to - from + 1);
            var quote = citation.GetProperty("quote").GetString()!;
            string.Join('\n', lines).ShouldContain(quote);
            quotes.Add(quote);
        }

        return quotes;
    }
}

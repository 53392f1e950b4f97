using System.Text.Json;

namespace Cli.Tests;

public sealed class ReportFileTests
{
    [Fact]
    public async Task Files_OfACompletedRun_AreWritten()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        await cli.RunAsync("run", "Audit it", "--out", cli.Out);

        Directory.GetFiles(cli.Out).Select(Path.GetFileName).Order().ShouldBe(["report.json", "report.md", "report.sarif"]);
        cli.File("report.md").ShouldBe("# Report\n");
        cli.File("report.sarif").ShouldBe("{}");
        Directory.GetFiles(Path.GetDirectoryName(cli.Out)!).ShouldBeEmpty();
        var report = JsonDocument.Parse(cli.File("report.json")).RootElement;
        report.GetProperty("run_id").GetString().ShouldBe(Script.RunId);
        report.GetProperty("findings")[0].GetProperty("start_line").GetRawText().ShouldBe("12");
        report.GetProperty("citations")[0].GetProperty("quote").GetString().ShouldBe("so it is");
        report.GetProperty("tasks")[0].GetProperty("score").GetInt32().ShouldBe(88);
        report.GetProperty("tasks")[1].GetProperty("score").ValueKind.ShouldBe(JsonValueKind.Null);
        report.GetProperty("missing").EnumerateArray().Select(line => line.GetString()).ShouldBe(["No security review of 'b': its task failed.", "Branch b failed."]);
    }

    [Fact]
    public async Task ReportJson_OfAnyRun_IsValidByItsSchema()
    {
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "report.schema.json"));
        foreach (var script in new[] { Recordings.Audit(), Recordings.Failed() })
        {
            await using var cli = await CliFixture.PlayAsync(script);

            await cli.RunAsync("run", "Audit it", "--out", cli.Out);

            var report = cli.File("report.json");
            schema.Validate(report).Select(error => error.ToString()).ShouldBeEmpty();
            schema.Validate(report.Replace("\"run_id\"", "\"run\"", StringComparison.Ordinal)).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Out_ThatCannotBeWritten_IsRefusedBeforeSubmitting()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());
        var file = Path.Combine(cli.Workspace, "file");
        await File.WriteAllTextAsync(file, "");

        var ran = await cli.RunAsync("run", "Audit it", "--out", Path.Combine(file, "below"));

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain("--out:");
        cli.Script.Submitted.ShouldBeEmpty();
    }
}

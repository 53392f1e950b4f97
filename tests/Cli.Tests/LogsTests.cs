using System.Text.Json;
using Protos.V1;

namespace Cli.Tests;

public sealed class LogsTests
{
    [Fact]
    public async Task Logs_Task_OnlyItsLinesInOrder()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var all = await cli.RunAsync("logs", Script.RunId);
        var one = await cli.RunAsync("logs", Script.RunId, "--task", "inventory");
        var last = await cli.RunAsync("logs", Script.RunId, "--tail", "1");

        all.Code.ShouldBe(0, all.Error);
        one.Lines.ShouldNotBeEmpty();
        one.Lines.ShouldBe(all.Lines.Where(line => line.Contains("  inventory", StringComparison.Ordinal)));
        one.Lines.Length.ShouldBeLessThan(all.Lines.Length);
        last.Lines.ShouldHaveSingleItem().ShouldBe(all.Lines[^1]);
        JsonDocument.Parse((await cli.RunAsync("logs", Script.RunId, "--json")).Lines[0]).RootElement.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        (await cli.RunAsync("logs", "none")).Error.ShouldContain("`agents runs` lists the runs there are.");
    }

    [Fact]
    public async Task Show_WithParts_HasHistoryGraphCostAndContext()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var text = await cli.RunAsync("show", Script.RunId, "--history", "--graph", "--cost", "--context");
        var json = JsonDocument.Parse((await cli.RunAsync("show", Script.RunId, "--history", "--cost", "--context", "--json")).Lines.ShouldHaveSingleItem()).RootElement;

        text.Code.ShouldBe(0, text.Error);
        text.Output.ShouldContain("run run-1 submitted");
        text.Output.ShouldContain("1000 of 1200 tokens");
        text.Output.ShouldContain("ENTRY");
        json.GetProperty("history").GetArrayLength().ShouldBe(int.Parse(json.GetProperty("version").GetString()!));
        json.GetProperty("cost").GetProperty("attempts").GetInt32().ShouldBe(2);
        json.GetProperty("summary").GetProperty("run_id").GetString().ShouldBe(Script.RunId);
    }

    [Fact]
    public async Task AuditSearch_TwoPages_AreReadUntilTheLimit()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("audit", "search", "--tool", "fs.read", "--kind", "tool_called", "--limit", "201");

        ran.Lines.Length.ShouldBe(201);
        ran.Error.ShouldContain("201 of 20 events");
        cli.Script.Asked.Cast<SearchEventsRequest>().Select(request => (request.Tool, request.PageSize, request.PageToken)).ShouldBe([("fs.read", 200, ""), ("fs.read", 1, "more")]);
    }
}

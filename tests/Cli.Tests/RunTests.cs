using System.Text.Json;
using Protos.V1;

namespace Cli.Tests;

public sealed class RunTests
{
    [Fact]
    public async Task Run_Completes_PrintsPlainLinesAndTheSummary()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out);

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.ShouldNotContain("\u001b");
        ran.Output.ShouldContain("playbook code-audit: it says audit");
        ran.Output.ShouldContain("inventory goes to another instance: researcher-1 LOST; 1.5s lost");
        ran.Output.ShouldContain("inventory started on researcher-2, attempt 2");
        ran.Output.ShouldContain("fix skipped: not asked for");
        ran.Output.ShouldContain("COMPLETED in 12s: run run-1, playbook code-audit");
        ran.Output.ShouldContain("2 findings: 1 HIGH, 0 MEDIUM, 1 LOW");
        ran.Output.ShouldContain("  HIGH   src/a.cs:12  Bad thing [S1]");
        ran.Output.ShouldContain("  [1] docs/a.md:1  \"so it is\"");
        ran.Output.ShouldContain("Missing: No security review of 'b': its task failed.");
        ran.Output.ShouldContain($"Written: {Path.Combine(cli.Out, "report.md")}");
    }

    [Fact]
    public async Task Run_ManyItems_AreOneLineOfCountsEach()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit(areas: 40));

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out);

        ran.Output.ShouldContain("security: 40 of 40 done, 1 failed");
        ran.Output.ShouldContain("security completed, 1 of 40 failed");
        ran.Output.ShouldNotContain("security/3 started");
        ran.Lines.Count(line => line.Contains("security", StringComparison.Ordinal)).ShouldBeLessThan(45);
    }

    [Fact]
    public async Task Run_Fails_ExitsWithOneAndSaysWhy()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Failed());

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out);

        ran.Code.ShouldBe(1);
        ran.Output.ShouldContain("WORKSPACE_MISSING: The folder is gone.");
        JsonDocument.Parse(cli.File("report.json")).RootElement.GetProperty("status").GetString().ShouldBe("FAILED");
        cli.File("report.md").ShouldContain("The folder is gone.");
    }

    [Fact]
    public async Task Run_Submits_WhatWasGiven()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        await cli.RunAsync(
            "run", "Audit it", "--playbook", "code-audit", "--workspace", cli.Workspace, "--priority", "high", "--time-limit", "60", "--request-id", "r1", "--out", cli.Out,
            "--input", "fix=true", "--input", "max=12.5", "--input", "list=[\"a\",1]", "--input", "text=plain = text", "--input", "quoted=\"12\"", "--input", "date=2026-01-02", "--input", "none=null");

        var submitted = cli.Script.Submitted.ShouldHaveSingleItem();
        submitted.Request.ShouldBe("Audit it");
        submitted.Playbook.ShouldBe("code-audit");
        submitted.Workspace.Path.ShouldBe(cli.Workspace);
        (submitted.Priority, submitted.TimeLimit, submitted.RequestId).ShouldBe(("high", 60, "r1"));
        submitted.Inputs.ShouldBe(Script.Json("""{"fix": true, "max": 12.5, "list": ["a", 1], "text": "plain = text", "quoted": "12", "date": "2026-01-02", "none": null}"""));
    }

    [Fact]
    public async Task Run_WithoutARequestId_MakesOne()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        await cli.RunAsync("run", "Audit it", "--detach");
        await cli.RunAsync("run", "Audit it", "--detach");

        cli.Script.Submitted.Select(request => request.RequestId).Distinct().Count().ShouldBe(2);
        cli.Script.Submitted.ShouldAllBe(request => request.RequestId.Length >= 16);
    }

    [Fact]
    public async Task Run_Detached_PrintsTheIdOnly()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("run", "Audit it", "--detach", "--out", cli.Out);

        ran.Code.ShouldBe(0);
        ran.Output.Trim().ShouldBe(Script.RunId);
        Directory.Exists(cli.Out).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_Interrupted_AsksTheServerToCancelAndWaitsForTheEnd()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());
        using var interrupt = new CancellationTokenSource();
        var running = Ran.StartAsync(["run", "Audit it", "--out", cli.Out], cli.Server.Address, interrupt.Token);
        await Until(() => !cli.Script.WatchedAfter.IsEmpty || running.IsCompleted);

        await interrupt.CancelAsync();

        var ran = await running;
        ran.Code.ShouldBe(1);
        cli.Script.Cancelled.ShouldHaveSingleItem().RequestId.ShouldNotBeEmpty();
        ran.Output.ShouldContain("CANCELLED");
        ran.Error.ShouldContain("Cancelling the run");
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20);
    }
}

using System.Text.Json;
using Grpc.Core;
using Protos.V1;

namespace Cli.Tests;

public sealed class ControlTests
{
    [Theory]
    [InlineData("pause", "PAUSED")]
    [InlineData("resume", "IN_PROGRESS")]
    [InlineData("retry", "run-2  takes over 2 finished tasks")]
    [InlineData("delete", "deleted")]
    public async Task Control_Run_SaysWhatCameOfIt(string command, string said)
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync(command, "run-1");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.Trim().ShouldBe(said);
        cli.Script.Asked.ShouldHaveSingleItem();
        var unknown = await cli.RunAsync(command, "none");
        unknown.Code.ShouldBe(2);
        unknown.Error.ShouldContain("there is no run 'none'");
    }

    [Fact]
    public async Task Pause_Reason_IsSent()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        await cli.RunAsync("pause", "run-1", "--reason", "lunch");

        var request = (PauseRunRequest)cli.Script.Asked.ShouldHaveSingleItem();
        request.Reason.ShouldBe("lunch");
        request.RequestId.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Guide_Text_IsSent()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("guide", "run-1", "Use tabs.");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.ShouldStartWith("guidance/1");
        var request = (GuideRunRequest)cli.Script.Asked.ShouldHaveSingleItem();
        (request.RunId, request.Text).ShouldBe(("run-1", "Use tabs."));
        request.RequestId.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("10m", 600)]
    [InlineData("90s", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("45", 45)]
    public async Task SchedulesPut_Interval_IsSent(string every, int seconds)
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("schedules", "put", "tick", "--every", every, "--request", "Do it");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.Trim().ShouldBe("tick starts next at 2026-11-22 02:00:00 UTC");
        ((PutScheduleRequest)cli.Script.Asked.ShouldHaveSingleItem()).Schedule.Every.ShouldBe(seconds);
    }

    [Fact]
    public async Task SchedulesPut_Cron_SendsEverything()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync(
            "schedules", "put", "nightly", "--cron", "0 3 * * MON-FRI", "--time-zone", "Europe/Vienna", "--request", "Audit it", "--playbook", "code-audit",
            "--input", "fix=true", "--priority", "low", "--time-limit", "600", "--paused", "--catch-up", "--skip-if-running");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.Trim().ShouldBe("nightly is paused");
        var schedule = ((PutScheduleRequest)cli.Script.Asked.ShouldHaveSingleItem()).Schedule;
        schedule.ShouldBe(new Schedule
        {
            Name = "nightly",
            Cron = "0 3 * * MON-FRI",
            TimeZone = "Europe/Vienna",
            Paused = true,
            CatchUp = true,
            SkipIfRunning = true,
            Run = new SubmitRunRequest { Request = "Audit it", Playbook = "code-audit", Priority = "low", TimeLimit = 600, Inputs = Script.Json("""{"fix": true}""") },
        });
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0s")]
    [InlineData("-5")]
    [InlineData("99999999d")]
    public async Task SchedulesPut_NoTime_IsRefused(string every)
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("schedules", "put", "tick", $"--every={every}", "--request", "Do it");

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain("--every");
        cli.Script.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedules_ListAndDelete_Work()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var listed = await cli.RunAsync("schedules");
        var deleted = await cli.RunAsync("schedules", "delete", "nightly");
        var json = await cli.RunAsync("schedules", "--json");

        listed.Lines[1].ShouldBe("nightly   0 3 * * * Europe/Vienna  2026-11-22 02:00:00 UTC  4       run-9     Audit it  QUEUE_FULL: later");
        deleted.Output.Trim().ShouldBe("deleted");
        cli.Script.Asked.OfType<DeleteScheduleRequest>().ShouldHaveSingleItem().Name.ShouldBe("nightly");
        JsonDocument.Parse(json.Lines.ShouldHaveSingleItem()).RootElement.GetProperty("schedules")[0].GetProperty("schedule").GetProperty("name").GetString().ShouldBe("nightly");
    }

    [Fact]
    public async Task Queue_Text_IsATable()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("queue", "--role", "reviewer");

        ran.Lines[1].ShouldBe("reviewer  12       1m 15s  3/4      2");
        cli.Script.Asked.ShouldHaveSingleItem().ShouldBe(new GetQueueMetricsRequest { Role = "reviewer" });
    }

    [Fact]
    public async Task Metrics_Text_IsATableOfRolesAndInstances()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("metrics", "--role", "developer", "--instances");

        ran.Lines[0].ShouldBe("9 runs  45 tasks delegated  decomposition 2.3s  5 conflicts resolved");
        ran.Lines.Single(line => line.StartsWith("developer ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["developer", "30", "25", "2", "15m", "00s", "72", "%"]);
        ran.Lines.ShouldContain(line => line.Contains("developer-1", StringComparison.Ordinal));
        cli.Script.Asked.ShouldHaveSingleItem().ShouldBe(new GetAgentMetricsRequest { Role = "developer" });
    }

    [Fact]
    public async Task Run_ServerIsFull_SaysWhenToTryAgainAndExitsWithOne()
    {
        var script = Recordings.Audit();
        script.Refusal = new RpcException(
            new Status(StatusCode.ResourceExhausted, "10000 tasks wait already."), new Metadata { { "agents-failure-code", "QUEUE_FULL" }, { "retry-after-ms", "5000" } });
        await using var cli = await CliFixture.PlayAsync(script);

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out);

        ran.Code.ShouldBe(1);
        ran.Error.ShouldContain("10000 tasks wait already.");
        ran.Error.ShouldContain("try again in 5.0s");
    }
}

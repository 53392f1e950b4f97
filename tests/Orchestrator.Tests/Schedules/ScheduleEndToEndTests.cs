using Agents.Hosting;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Schedules;

/// <summary>Schedules on a whole orchestrator, asked over gRPC, with a restart in between.</summary>
public class ScheduleEndToEndTests
{
    public sealed record Nothing;

    [Fact]
    public async Task Schedule_EverySecond_StartsRunsAcrossARestartUntilItIsDeleted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tick.yaml", TickPlaybook.Text);
        await using var system = await TestSystem.StartAsync($"--Playbooks:Path={folder.Path}");
        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 4).OnTask<Nothing, Nothing>("work", (_, _, _) => Task.FromResult(new Nothing())));
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);
        var run = new SubmitRunRequest { Request = "Tick", Playbook = "tick" };
        await client.PutScheduleAsync(new PutScheduleRequest { Schedule = new Schedule { Name = "second", Every = 1, Run = run } });
        await UntilAsync(client, view => view.Starts >= 1);

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        var view = await UntilAsync(client, view => view.Starts >= 3);
        var last = await client.GetRunAsync(new GetRunRequest { RunId = view.LastRunId });
        await client.DeleteScheduleAsync(new DeleteScheduleRequest { Name = "second" });
        var events = await system.WatchAsync(view.LastRunId);

        events[0].RunSubmitted.Schedule.ShouldBe("second");
        last.Run.Summary.Labels["schedule"].ShouldBe("second");
        last.Run.Summary.Playbook.ShouldBe("tick");
        (await client.ListSchedulesAsync(new ListSchedulesRequest())).Schedules.ShouldBeEmpty();
        var runs = (await client.ListRunsAsync(new ListRunsRequest { PageSize = 200 })).Runs;
        runs.ShouldAllBe(one => one.Labels["schedule"] == "second"); // the schedule itself is not among them
        runs.Count.ShouldBeGreaterThanOrEqualTo(3);
        // One for each second: no two began within the same one.
        var seconds = runs.Select(one => one.CreatedAt.ToDateTimeOffset()).Order().ToList();
        seconds.Count.ShouldBeLessThanOrEqualTo((int)(seconds[^1] - seconds[0]).TotalSeconds + 2);
    }

    [Fact]
    public async Task Put_WhatCouldNeverStart_IsRefusedNow()
    {
        await using var system = await TestSystem.StartAsync();
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);

        var unknown = await Should.ThrowAsync<RpcException>(async () => await client.PutScheduleAsync(Put(new SubmitRunRequest { Request = "Tick", Playbook = "none" })));
        var bad = await Should.ThrowAsync<RpcException>(async () => await client.PutScheduleAsync(new PutScheduleRequest { Schedule = new Schedule { Name = "x", Cron = "* * *", Run = new SubmitRunRequest { Request = "Tick" } } }));
        var none = await Should.ThrowAsync<RpcException>(async () => await client.DeleteScheduleAsync(new DeleteScheduleRequest { Name = "none" }));
        var asRun = await Should.ThrowAsync<RpcException>(async () => await client.GetRunAsync(new GetRunRequest { RunId = "schedule-local:x" }));

        unknown.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        unknown.Trailers.GetValue("agents-failure-code").ShouldBe("UNKNOWN_PLAYBOOK");
        bad.Status.Detail.ShouldContain("schedule.cron: '* * *' has 3 fields");
        none.StatusCode.ShouldBe(StatusCode.NotFound);
        asRun.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    private static PutScheduleRequest Put(SubmitRunRequest run) => new() { Schedule = new Schedule { Name = "second", Every = 1, Run = run } };

    private static async Task<ScheduleView> UntilAsync(OrchestratorService.OrchestratorServiceClient client, Func<ScheduleView, bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var view = (await client.ListSchedulesAsync(new ListSchedulesRequest(), cancellationToken: late.Token)).Schedules.Single();
            if (condition(view))
                return view;
            await Task.Delay(50, late.Token);
        }
    }
}

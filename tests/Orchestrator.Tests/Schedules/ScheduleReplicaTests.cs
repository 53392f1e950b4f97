using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Planning;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;

namespace Orchestrator.Tests.Schedules;

/// <summary>Schedules over two replicas on one Redis.</summary>
public sealed class ScheduleReplicaTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Nothing;

    [Fact]
    public async Task Schedule_AtEitherReplica_IsChangedByItsOwnerAndStartsOnceWhoeverOwnsIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tick.yaml", TickPlaybook.Text);
        await using var system = await TestSystem.StartAsync(
            $"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2", $"--Playbooks:Path={folder.Path}");
        var second = await system.AddReplicaAsync();
        await TestSystem.Until(() => Owns(system.Services) && Owns(second.Services), "each owns some of the schedules to come");
        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 4).OnTask<Nothing, Nothing>("work", (_, _, _) => Task.FromResult(new Nothing())));
        var here = system.Services.GetRequiredService<ISchedules>();
        var there = second.Services.GetRequiredService<ISchedules>();

        // Half of these reach the owner, the others go through its inbox.
        for (var i = 0; i < 8; i++)
        {
            var put = new PutScheduleRequest { RequestId = $"put-{i}", Schedule = new Schedule { Name = $"s{i}", Every = 3600, Run = new SubmitRunRequest { Request = "Tick", Playbook = "tick" } } };
            (await (i % 2 == 0 ? here : there).PutAsync(put, TestSystem.Me, default)).Schedule.Name.ShouldBe($"s{i}");
        }

        (await there.ListAsync(TestSystem.Me, default)).Select(view => view.Schedule.Name).ShouldBe(["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"]);
        for (var i = 0; i < 7; i++)
            await (i % 2 == 0 ? there : here).DeleteAsync(new DeleteScheduleRequest { Name = $"s{i}" }, TestSystem.Me, default);
        (await Should.ThrowAsync<RequestRefusedException>(() => here.DeleteAsync(new DeleteScheduleRequest { Name = "s0" }, TestSystem.Me, default))).Code.ShouldBe("UNKNOWN_SCHEDULE");
        (await Should.ThrowAsync<RequestRefusedException>(() => there.DeleteAsync(new DeleteScheduleRequest { Name = "s0" }, TestSystem.Me, default))).Code.ShouldBe("UNKNOWN_SCHEDULE");
        (await here.ListAsync(TestSystem.Me, default)).ShouldHaveSingleItem();

        // Starts once a second, also while its partition moves.
        await there.PutAsync(new PutScheduleRequest { Schedule = new Schedule { Name = "s7", Every = 1, Run = new SubmitRunRequest { Request = "Tick", Playbook = "tick" } } }, TestSystem.Me, default);
        await UntilStartsAsync(here, 2);
        await system.StopReplicaAsync(second);
        var view = await UntilStartsAsync(here, 4);

        var runs = (await system.Engine.ListAsync(new ListRunsRequest { PageSize = 200 }, TestSystem.Me, default)).Runs;
        runs.Count.ShouldBeInRange(4, (int)view.Starts + 1); // one more may be on its way
        runs.ShouldAllBe(run => run.Labels["schedule"] == "s7");
    }

    private static bool Owns(IServiceProvider services)
    {
        var owned = Enumerable.Range(0, 8).Count(i => services.GetRequiredService<RunHost>().LeaseOf(ScheduleIds.Log("local", $"s{i}")) is not null);
        return owned is > 0 and < 8;
    }

    private static async Task<ScheduleView> UntilStartsAsync(ISchedules schedules, long starts)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var view = await schedules.GetAsync("s7", TestSystem.Me, late.Token);
            if (view.Starts >= starts)
                return view;
            await Task.Delay(50, late.Token);
        }
    }
}

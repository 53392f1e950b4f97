using System.Net;
using System.Net.Sockets;
using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Dispatch;

/// <summary>Instances that joined one replica, as the others see them.</summary>
public sealed class SharedInstanceTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Nothing;

    public sealed record Done;

    private string[] Settings =>
        [$"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2", "--Dispatch:LivenessSeconds=3"];

    [Fact]
    public async Task ReplicaOfAnInstanceStops_ItJoinsAnother_AndIsTheSameInstanceThere()
    {
        var mayEnd = new TaskCompletionSource();
        var executions = 0;
        await using var system = await TestSystem.StartAsync(Settings);
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        var second = await system.AddReplicaAsync($"--Kestrel:Endpoints:grpc:Url={url}");
        await system.AddAgentAsync("worker", agent => agent.Limit(8).OnTask<Nothing, Done>("work", async (_, _, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
            return new Done();
        }), $"--services:orchestrator:grpc:0={url}", $"--services:orchestrator:grpc:1={system.GrpcUrl}");
        var there = second.Services.GetRequiredService<AgentRegistry>();
        var here = system.Services.GetRequiredService<AgentRegistry>();
        there.All.Single().Joined.ShouldNotBeNull();
        var instance = here.All.Single();
        instance.Joined.ShouldBeNull();

        // Both replicas give it work, and each knows what the other gave.
        var runs = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            runs.Add(await system.SubmitAsync(Of(Task("a"))));
        }

        await TestSystem.Until(() => executions == 8, "all run");
        await TestSystem.Until(() => instance.Running < 8 && instance.RunningInAll == 8, "the others' use is known");
        var more = await system.SubmitAsync(Of(Task("a")));
        await system.StopReplicaAsync(second);
        await TestSystem.Until(() => instance.Joined is not null, "it joined the other replica");

        here.All.ShouldHaveSingleItem().ShouldBe(instance);
        instance.IsGone.ShouldBeFalse();
        mayEnd.SetResult();
        foreach (var run in runs)
        {
            var events = await system.WatchAsync(run);
            events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
            events.ShouldNotContain(e => e.AttemptFailed != null);
        }

        (await system.WatchAsync(more))[^1].RunCompleted.ShouldNotBeNull();
        executions.ShouldBe(9);
    }

    [Fact]
    public async Task InstanceLeaves_OtherReplicasForgetItAtOnce_AndASilentOneInTime()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        var second = await system.AddReplicaAsync();
        var there = second.Services.GetRequiredService<AgentRegistry>();
        var leaves = await BareAgent.StartAsync(system, "leaves");
        await using var silent = await BareAgent.StartAsync(system, "silent");
        await TestSystem.Until(() => there.All.Count == 2, "both are known");

        await leaves.DisposeAsync();
        await TestSystem.Until(() => there.Find("leaves") is null, "it is forgotten");
        await TestSystem.Until(() => there.Find("silent") is null && system.Services.GetRequiredService<AgentRegistry>().Find("silent") is null, "silence counts as lost");
    }

    [Fact]
    public async Task Join_ContractConflictsWithThatOfAnInstanceAtAnotherReplica_IsRefused()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        var second = await system.AddReplicaAsync();
        await using var first = await BareAgent.StartAsync(system, "first");
        var there = second.Services.GetRequiredService<AgentRegistry>();
        await TestSystem.Until(() => there.Find("first") is not null, "it is known");
        var registration = Desk.Registration("other");
        registration.Contract.Capabilities[0].InputSchema = """{"type":"object","required":["x"]}""";

        there.Join(registration, "", out var conflict).ShouldBeNull();

        conflict.ShouldContain("another schema");
    }
}

using System.Net;
using System.Net.Sockets;
using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Dispatch;

/// <summary>The network between orchestrator and agent goes silent, as when a cable is pulled; both go on.</summary>
public class CutOffTests
{
    [Fact]
    public async Task ConnectionFallsSilent_ManyAttemptsAreOnIt_AllAreAttachedToAndNoneIsDoneAgain()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var system = await TestSystem.StartAsync();
        var port = FreePorts.Next();
        await using var relay = new SilentRelay(port);
        await using var agent = AgentHost.Create(
        [
            $"--services:orchestrator:grpc:0={system.GrpcUrl}", $"--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:{port}", $"--Agents:AdvertisedUrl=http://127.0.0.1:{relay.Port}",
            "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=0",
        ]).AddAgent("worker", worker => worker.Limit(maxParallel: 100).OnTask<RecoveryTests.Nothing, RecoveryTests.Done>("work", async (_, _, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
            return new RecoveryTests.Done("worker");
        })).Build();
        await agent.StartAsync();
        var runs = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            runs.Add(await system.SubmitAsync(Of(Task("a"))));
        }

        await TestSystem.Until(() => executions == 20, "all run");
        relay.FallSilent();
        mayEnd.SetResult(); // the results are on their way when nothing gets through any more
        foreach (var run in runs)
        {
            var events = await system.WatchAsync(run);
            events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
            events.Count(e => e.TaskStarted != null).ShouldBe(1);
        }

        executions.ShouldBe(20);

        // And the next work goes over a new stream.
        (await system.WatchAsync(await system.SubmitAsync(Of(Task("a")))))[^1].RunCompleted.ShouldNotBeNull();
        executions.ShouldBe(21);
        await TestSystem.Until(() => system.Services.GetRequiredService<Dispatcher>().Depths()["worker"].Running == 0, "nothing stays counted");
        await agent.StopAsync();
    }
}

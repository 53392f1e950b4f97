using System.Diagnostics;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using Tests.Shared;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>The stock SignalR client in Node, running what docs/realtime.md shows.</summary>
public sealed class WatchRunTests(RedisServer redis) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task WatchRun_StockClient_SeesTheSameAsGrpcAndTheCommandLine()
    {
        await using var hub = await HubSystem.StartAsync();
        var run = await hub.SubmitAsync(40);
        await using var node = NodeWatcher.Start(hub.Url, run);
        await using var commandLine = new NodeWatcher(Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Cli.dll"), "watch", run, "--json", "--server", hub.System.GrpcUrl])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!);
        var grpc = GrpcAsync(hub.System.GrpcUrl, run);
        await TestSystem.Until(() => node.Count > 0 && commandLine.Count > 0, "both watch");

        hub.GoOn(40);

        var watched = await grpc;
        watched[^1].RunCompleted.ShouldNotBeNull();
        var events = HubSystem.Shown(watched).ToList();
        (await node.ToEndAsync()).ShouldBe(events);
        (await commandLine.ToEndAsync()).ShouldBe(events);
    }

    [Fact]
    public async Task WatchRun_ConnectionsCut_GoesOnWithoutGapOrDuplicate()
    {
        await using var hub = await HubSystem.StartAsync();
        await using var relay = new Relay(hub.Port);
        var run = await hub.SubmitAsync(60);
        await using var node = NodeWatcher.Start($"http://127.0.0.1:{relay.Port}", run);
        for (var i = 1; i <= 3; i++)
        {
            var before = node.Count;
            hub.GoOn(20);
            await TestSystem.Until(() => node.Count > before, "it sees more");
            relay.Cut();
        }

        var events = await node.ToEndAsync();

        events.ShouldBe(HubSystem.Shown(await hub.System.WatchAsync(run)));
    }

    [Fact]
    public async Task WatchRun_AtAnotherReplicaFromAVersion_GoesOnFromThere()
    {
        await using var hub = await HubSystem.StartAsync(
            settings: [$"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2"]);
        var port = FreePorts.Next();
        var second = await hub.System.AddReplicaAsync($"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{port}");
        var run = await hub.SubmitAsync(20);
        List<RunEvent> first;
        await using (var node = NodeWatcher.Start(hub.Url, run))
        {
            hub.GoOn(10);
            await TestSystem.Until(() => node.Count > 5, "it sees some");
            first = [.. node.Events];
        }

        await using var other = NodeWatcher.Start($"http://127.0.0.1:{port}", run, first[^1].Version);
        await using var early = NodeWatcher.Start($"http://127.0.0.1:{port}", run);
        hub.GoOn(10);
        var rest = await other.ToEndAsync();

        var whole = HubSystem.Shown(await TestSystem.WatchAsync(second.Services, run)).ToList();
        first.Concat(rest).ShouldBe(whole);
        (await early.ToEndAsync()).ShouldBe(whole);
        hub.System.Services.GetRequiredService<RunHost>().LeaseOf(run).ShouldNotBeNull("the run is the first replica's");
    }

    [Fact]
    public async Task WatchRun_EndedOrUnknownRun_EndsAtOnce()
    {
        await using var hub = await HubSystem.StartAsync();
        var run = await hub.SubmitAsync(1);
        hub.GoOn(1);
        var events = await hub.System.WatchAsync(run);
        await using var client = new NodeClient(hub.Url);

        var none = client.Stream("WatchRun", new { run_id = run, after_version = events.Count });
        var one = client.Stream("WatchRun", new { run_id = run, after_version = $"{events.Count - 1}" });
        var unknown = client.Stream("WatchRun", new { run_id = "run-none" });

        ((bool?)(await client.NextAsync(none))["complete"]).ShouldBe(true);
        (await client.NextAsync(one))["item"]!.AsArray().Count.ShouldBe(1);
        ((bool?)(await client.NextAsync(one))["complete"]).ShouldBe(true);
        ((string?)(await client.NextAsync(unknown))["error"]).ShouldEndWith("HubException: UNKNOWN_RUN: run_id: there is no run 'run-none'.");
    }

    private static async Task<List<RunEvent>> GrpcAsync(string url, string run)
    {
        using var channel = GrpcChannel.ForAddress(url);
        using var call = new OrchestratorService.OrchestratorServiceClient(channel).WatchRun(new WatchRunRequest { RunId = run });
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var events = new List<RunEvent>();
        while (await call.ResponseStream.MoveNext(late.Token))
        {
            events.Add(call.ResponseStream.Current.Event);
        }

        return events;
    }
}

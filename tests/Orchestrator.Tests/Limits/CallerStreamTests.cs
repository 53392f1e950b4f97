using Orchestrator.Tests.Api.Hub;
using Orchestrator.Tests.Engine;
using Protos.V1;

namespace Orchestrator.Tests.Limits;

/// <summary>Streams of a caller are counted together, whatever they come over, until they end.</summary>
public sealed class CallerStreamTests
{
    [Fact]
    public async Task Stream_OneTooMany_IsRefusedUntilOneEnds()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:StreamsPerCaller=1");
        var run = await system.SubmitAsync();
        using (var watch = system.Runs.WatchRun(new WatchRunRequest { RunId = run }))
        {
            (await watch.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();

            await LimitedSystem.RefusedAsync(() => FirstAsync(system, run), "TOO_MANY_STREAMS", "Limits:StreamsPerCaller is 1");
            await LimitedSystem.RefusedAsync(await system.Http.GetAsync($"/api/runs/{run}/events"), "TOO_MANY_STREAMS", "Limits:StreamsPerCaller is 1");
            using var client = await BareClient.ConnectAsync(system.Port);
            await client.SubscribeAsync(run, 0);
            ((string?)(await client.ReadAsync())["error"]).ShouldNotBeNull().ShouldContain("TOO_MANY_STREAMS");
        }

        await TestSystem.UntilAsync(async () =>
        {
            try
            {
                await FirstAsync(system, run);
                return true;
            }
            catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.ResourceExhausted)
            {
                return false;
            }
        }, "the stream that ended is not counted any more");
    }

    private static async Task FirstAsync(LimitedSystem system, string run)
    {
        using var watch = system.Runs.WatchRun(new WatchRunRequest { RunId = run });
        await watch.ResponseStream.MoveNext(CancellationToken.None);
    }
}

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;

namespace Orchestrator.Tests.Limits;

/// <summary>A tenant has as many runs as it may, over all replicas.</summary>
public sealed class RunQuotaTests(RedisServer redis) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task Submit_OneTooMany_IsRefusedUntilOneEnds()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:*:Runs=2");
        var first = await system.SubmitAsync("first");
        await system.SubmitAsync();

        await LimitedSystem.RefusedAsync(() => system.SubmitAsync(), "TOO_MANY_RUNS", "Tenant 'local' has 2 runs that have not ended", "Limits:Tenants:*:Runs is 2");
        (await system.SubmitAsync("first")).ShouldBe(first);

        await system.Runs.CancelRunAsync(new CancelRunRequest { RunId = first });
        await TestSystem.UntilAsync(async () =>
        {
            try
            {
                await system.SubmitAsync("later");
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        }, "a run that ended makes room");
        await LimitedSystem.RefusedAsync(async () => await system.Runs.RetryRunAsync(new RetryRunRequest { RunId = first }), "TOO_MANY_RUNS");
    }

    [Fact]
    public async Task Submit_ManyAtOnce_NeverPassesTheLimit()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:local:Runs=5");
        var submitted = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                await system.SubmitAsync();
                return 1;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return 0;
            }
        }));
        submitted.Sum().ShouldBeInRange(1, 5);
    }

    [Fact]
    public async Task Submit_AtAnotherReplica_CountsToo()
    {
        await using var system = await LimitedSystem.StartAsync(
            $"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2", "--Limits:Tenants:local:Runs=2");
        var other = await system.System.AddReplicaAsync("--Kestrel:Endpoints:http:Url=http://127.0.0.1:0");
        await TestSystem.Until(() => other.Services.GetRequiredService<RunHost>().IsReady, "the other replica is ready");
        await system.SubmitAsync();
        await system.SubmitAsync();

        var refused = await Should.ThrowAsync<RequestRefusedException>(() => other.Services.GetRequiredService<IRunEngine>().SubmitAsync(LimitedSystem.Request(), TestSystem.Me, default));
        refused.Code.ShouldBe("TOO_MANY_RUNS");
    }
}

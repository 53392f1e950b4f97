using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Tests.Api.Hub;
using Protos.V1;

namespace Orchestrator.Tests.Limits;

/// <summary>A caller has as many calls as it may; a new one comes every thousand seconds here.</summary>
public sealed class CallRateTests
{
    private static readonly string[] s_three = ["--Limits:CallsPerSecond=0.001", "--Limits:CallBurst=3"];

    [Fact]
    public async Task Call_OverGrpcAndRest_TakesFromTheSame()
    {
        await using var system = await LimitedSystem.StartAsync(s_three);
        await system.Runs.ListRunsAsync(new ListRunsRequest());
        await system.Runs.ListRunsAsync(new ListRunsRequest());
        (await system.Http.GetAsync("/api/runs")).EnsureSuccessStatusCode();

        var refused = await LimitedSystem.RefusedAsync(
            async () => await system.Runs.ListRunsAsync(new ListRunsRequest()), "RATE_LIMITED", "'local' of tenant 'local'", "0.001", "Limits:CallsPerSecond", "at most 3");
        long.Parse(refused.Trailers.GetValue("retry-after-ms")!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(1000);
        refused.Trailers.GetValueBytes("grpc-status-details-bin").ShouldNotBeNull();
        await LimitedSystem.RefusedAsync(await system.Http.GetAsync("/api/runs"), "RATE_LIMITED", "Limits:CallsPerSecond");
        await LimitedSystem.RefusedAsync(await system.Http.GetAsync("/"), "RATE_LIMITED", "Limits:CallsPerSecond");
    }

    [Fact]
    public async Task Health_WhenACallerHasNoCallsLeft_Answers()
    {
        await using var system = await LimitedSystem.StartAsync(s_three);
        for (var i = 0; i < 10; i++)
            (await system.Http.GetAsync("/health")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Call_OverTheHub_CountsLikeARequest()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:CallsPerSecond=0.001", "--Limits:CallBurst=2");
        using var client = await BareClient.ConnectAsync(system.Port);
        await client.InvokeAsync("CancelRun", """{"run_id":"none"}""");
        ((string?)(await client.ReadAsync())["error"]).ShouldNotBeNull().ShouldContain("UNKNOWN_RUN");

        await client.InvokeAsync("CancelRun", """{"run_id":"none"}""");
        ((string?)(await client.ReadAsync())["error"]).ShouldNotBeNull().ShouldContain("RATE_LIMITED");
    }

    [Fact]
    public async Task Call_WithoutASetting_IsNotLimitedForLocal()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:CallBurst=1");
        for (var i = 0; i < 20; i++)
            (await system.Http.GetAsync("/api/runs")).EnsureSuccessStatusCode();
    }
}

using Fuzz.Tests.Engine;
using Xunit.Abstractions;

namespace Fuzz.Tests.Calls;

/// <summary>Whatever is sent to the orchestrator's gRPC port, it answers as it must and goes on.</summary>
public sealed class OrchestratorCallTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Calls_OfClients_AreAnsweredOrRefused()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        using var calls = new RawCall(system.GrpcUrl);
        var fuzz = new CallFuzz(calls, system.Words, "OrchestratorService", "InsightService");
        fuzz.Methods.ShouldBeGreaterThan(25);
        await new FuzzRun(output).RunAsync("client-calls", fuzz.OneAsync, system.HealthyAsync);
    }

    [Fact]
    public async Task Calls_OfAgents_AreAnsweredOrRefused()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        using var calls = new RawCall(system.GrpcUrl);
        var fuzz = new CallFuzz(calls, system.Words, "RegistryService", "ContextService", "PolicyService", "ArtifactService", "TeamService");
        fuzz.Methods.ShouldBeGreaterThanOrEqualTo(7);
        await new FuzzRun(output).RunAsync("agents-calls", fuzz.OneAsync, system.HealthyAsync);
    }

    [Fact]
    public async Task Frames_OfHttp2_NeverEndTheServer()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        await new FuzzRun(output).RunAsync("http2", input => Http2Frames.SendAsync(new Uri(system.GrpcUrl).Port, input), system.HealthyAsync);
    }
}

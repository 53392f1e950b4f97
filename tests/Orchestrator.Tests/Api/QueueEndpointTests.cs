using System.Text.Json;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class QueueEndpointTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await RestHost.StartAsync();
        _host.Engine.Queue.Roles.Add(new QueueMetrics { Role = "reviewer", Depth = 7, OldestSeconds = 12.34567, Running = 2, Capacity = 4, Instances = 1 });
        _host.Engine.Queue.Roles.Add(new QueueMetrics { Role = "writer", Depth = 1, OldestSeconds = 40, Running = 1, Capacity = 2, Instances = 2 });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Queue_AllRoles_AreNumbersThatAPathLeadsTo()
    {
        var metrics = await _host.GetJsonAsync("/api/metrics/queue");

        // As KEDA's metrics-api scaler goes by its valueLocation.
        At(metrics, "depth").ShouldBe(8);
        At(metrics, "oldest_seconds").ShouldBe(40);
        At(metrics, "roles.reviewer.depth").ShouldBe(7);
        At(metrics, "roles.reviewer.oldest_seconds").ShouldBe(12.346);
        At(metrics, "roles.reviewer.running").ShouldBe(2);
        At(metrics, "roles.writer.capacity").ShouldBe(2);
        At(metrics, "roles.writer.instances").ShouldBe(2);
    }

    [Fact]
    public async Task Queue_RoleThatNothingWaitsFor_IsZero()
    {
        _host.Engine.Queue.Roles.Clear();

        var metrics = await _host.GetJsonAsync("/api/metrics/queue?role=planner");

        At(metrics, "depth").ShouldBe(0);
        At(metrics, "roles.planner.depth").ShouldBe(0);
        _host.Engine.Asked.ShouldBe(new GetQueueMetricsRequest { Role = "planner" });
    }

    [Fact]
    public async Task Queue_BadQuery_IsAProblem() =>
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/metrics/queue?rol=x"), 400, "INVALID_INPUT", "rol");

    private static double At(JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (at, name) => at.GetProperty(name)).GetDouble();
}

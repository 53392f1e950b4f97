using System.Text.Json;
using Protos.V1;

namespace Deploy.Tests.Processes;

/// <summary>The real processes work with exactly the environment that the manifests declare.</summary>
public sealed class ManifestEnvironmentTests
{
    [Fact]
    public async Task Processes_WithTheManifestsEnvironment_DoARunAndEndWithinTheirGrace()
    {
        await using var cluster = await Cluster.CreateAsync("config.researcher.autoscaler=queue");
        await cluster.StartRedisAsync();
        var orchestrator = await cluster.StartOrchestratorAsync("orchestrator-0");
        var agent = await cluster.StartAgentAsync("researcher");
        using var client = new Client(cluster.Service.Port, cluster.Documents);

        var (runId, _) = await client.AskAsync("one");

        var result = (await client.Runs.GetRunResultAsync(new GetRunResultRequest { RunId = runId })).Result;
        result.Output.Fields["answered"].BoolValue.ShouldBeTrue(result.ToString());
        result.Output.Fields["summary"].StringValue.ShouldContain("five seconds");
        var joined = (await client.Runs.ListAgentsAsync(new ListAgentsRequest())).ToString();
        joined.ShouldContain("researcher-0");
        joined.ShouldContain($"http://127.0.0.1:{agent.GrpcPort}");
        await ScalerReadsTheQueueAsync(cluster, orchestrator);

        (await agent.StopAsync(cluster.Grace("researcher"))).ShouldBe(0, agent.Said);
        (await orchestrator.StopAsync(cluster.Grace("orchestrator"))).ShouldBe(0, orchestrator.Said);
        agent.Written.Concat(orchestrator.Written).ShouldBeEmpty("the root file system is read-only");
        Directory.Exists(cluster.Mounted("/var/lib/agents/audit")).ShouldBeTrue();
    }

    // As KEDA's metrics-api does: GET, then the path to a number.
    private static async Task ScalerReadsTheQueueAsync(Cluster cluster, Pod orchestrator)
    {
        using var http = new HttpClient();
        var triggers = cluster.Rendered.Get("ScaledObject", "researcher-scaledobject").List("spec.triggers");
        triggers.ShouldNotBeEmpty();
        foreach (var trigger in triggers)
        {
            var url = new UriBuilder(trigger.Text("metadata.url")!) { Host = "127.0.0.1", Port = orchestrator.HttpPort }.Uri;
            using var answer = JsonDocument.Parse(await http.GetStringAsync(url));
            answer.RootElement.GetProperty(trigger.Text("metadata.valueLocation")!).GetDouble().ShouldBe(0);
            double.Parse(trigger.Text("metadata.targetValue")!).ShouldBeGreaterThan(0);
        }
    }
}

using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Deploy.Tests.Processes;

/// <summary>The real processes work with exactly the environment that the manifests declare.</summary>
public sealed class ManifestEnvironmentTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("mutual")]
    public async Task Processes_WithTheManifestsEnvironment_DoARunAndEndWithinTheirGrace(string tls)
    {
        await using var cluster = await Cluster.CreateAsync("config.researcher.autoscaler=queue", $"config.orchestrator.tls={tls}");
        await cluster.StartRedisAsync();
        var orchestrator = await cluster.StartOrchestratorAsync("orchestrator-0");
        var agent = await cluster.StartAgentAsync("researcher");
        using var client = cluster.Client();

        var (runId, _) = await client.AskAsync("one");

        var result = (await client.Runs.GetRunResultAsync(new GetRunResultRequest { RunId = runId })).Result;
        result.Output.Fields["answered"].BoolValue.ShouldBeTrue(result.ToString());
        result.Output.Fields["summary"].StringValue.ShouldContain("five seconds");
        var joined = (await client.Runs.ListAgentsAsync(new ListAgentsRequest())).ToString();
        joined.ShouldContain("researcher-0");
        joined.ShouldContain($"{(tls == "none" ? "http" : "https")}://127.0.0.1:{agent.GrpcPort}");
        await NobodyGetsInAsync(cluster, agent, tls);
        await ScalerReadsTheQueueAsync(cluster, orchestrator);

        (await agent.StopAsync(cluster.Grace("researcher"))).ShouldBe(0, agent.Said);
        (await orchestrator.StopAsync(cluster.Grace("orchestrator"))).ShouldBe(0, orchestrator.Said);
        agent.Written.Concat(orchestrator.Written).ShouldBeEmpty("the root file system is read-only");
        Directory.Exists(cluster.Mounted("/var/lib/agents/audit")).ShouldBeTrue();
    }

    // Who shows no key, or no certificate; and at the port of probes, who wants more than to know that all is well.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "Whom it believes is not asked here: only who is let in")]
    private static async Task NobodyGetsInAsync(Cluster cluster, Pod agent, string tls)
    {
        using var stranger = new Client(cluster.Service.Port, cluster.Documents, address => new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }, tls == "none" ? "http" : "https");
        var refused = await Should.ThrowAsync<RpcException>(() => stranger.Runs.ListRunsAsync(new ListRunsRequest()).ResponseAsync);
        // Without a certificate the connection ends while it is made, or right after.
        (tls == "none" ? [StatusCode.Unauthenticated] : (StatusCode[])[StatusCode.Unavailable, StatusCode.Internal]).ShouldContain(refused.StatusCode, refused.Status.Detail);

        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{agent.HttpPort}");
        var closed = await Should.ThrowAsync<RpcException>(() => new AgentService.AgentServiceClient(channel).DescribeAsync(new DescribeRequest()).ResponseAsync);
        closed.StatusCode.ShouldBe(StatusCode.Unimplemented, closed.Status.Detail);
    }

    // As KEDA's metrics-api does: GET, then the path to a number.
    private static async Task ScalerReadsTheQueueAsync(Cluster cluster, Pod orchestrator)
    {
        var triggers = cluster.Rendered.Get("ScaledObject", "researcher-scaledobject").List("spec.triggers");
        triggers.ShouldNotBeEmpty();
        foreach (var trigger in triggers)
        {
            trigger.Text("metadata.authMode").ShouldBe("bearer");
            cluster.Rendered.Get("TriggerAuthentication", trigger.Text("authenticationRef.name")!).Text("spec.secretTargetRef.0.parameter").ShouldBe("token");
            var url = new UriBuilder(trigger.Text("metadata.url")!) { Host = "127.0.0.1", Port = orchestrator.HttpPort }.Uri;
            using var http = new HttpClient(cluster.Secrets.Handler(url, http2: false));
            using var answer = JsonDocument.Parse(await http.GetStringAsync(url));
            answer.RootElement.GetProperty(trigger.Text("metadata.valueLocation")!).GetDouble().ShouldBe(0);
            double.Parse(trigger.Text("metadata.targetValue")!).ShouldBeGreaterThan(0);
        }
    }
}

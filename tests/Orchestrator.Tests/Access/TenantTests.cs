using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using Agents.Hosting;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Tests.Api.Hub;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Access;

/// <summary>One tenant's things do not exist for another, and none takes all of the agents.</summary>
public sealed class TenantTests
{
    private static readonly Principal s_blue = new() { Name = "bea", Tenant = "blue" };
    private static readonly Principal s_red = new() { Name = "rob", Tenant = "red" };

    public sealed record Nothing;

    public sealed record Done;

    [Fact]
    public async Task Things_OfAnotherTenant_DoNotExist()
    {
        await using var system = await KeySystem.StartAsync();
        using var mayEnd = new SemaphoreSlim(0);
        await AddWorkerAsync(system, mayEnd, parallel: 4);
        var bea = await system.CreateAsync("bea", "blue", "operator", "approver");
        var rob = await system.CreateAsync("rob", "red", "operator", "approver");
        var run = await system.System.SubmitAsync(Of(Task("a")), who: s_blue);
        await system.System.UntilAsync(run, e => e.TaskStarted is not null, s_blue);
        var (own, other) = (system.Http(bea), system.Http(rob));
        var artifact = await UploadAsync(system, bea, "blue's own");
        using (var put = await own.PutAsJsonAsync("/api/schedules/nightly", new { every = 3600, paused = true, run = new { request = "Make a plan", playbook = "free" } }))
            put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());

        foreach (var path in new[] { $"/api/runs/{run}", $"/api/runs/{run}/cost", $"/api/runs/{run}/audit", $"/api/artifacts/{artifact}", "/api/schedules/nightly" })
        {
            using var seen = await own.GetAsync(path);
            seen.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }

        foreach (var path in new[]
        {
            $"/api/runs/{run}", $"/api/runs/{run}/cost", $"/api/runs/{run}/result", $"/api/runs/{run}/events", $"/api/runs/{run}/events?page_size=10", $"/api/runs/{run}/audit",
            $"/api/runs/{run}/audit/export", $"/api/audit/events?run={run}", $"/api/artifacts/{artifact}", "/api/schedules/nightly",
        })
        {
            using var hidden = await other.GetAsync(path);
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        foreach (var (path, body) in new[]
        {
            ($"/api/runs/{run}/cancel", "{}"), ($"/api/runs/{run}/pause", "{}"), ($"/api/runs/{run}/resume", "{}"), ($"/api/runs/{run}/retry", "{}"),
            ($"/api/runs/{run}/guidance", """{"text":"no"}"""), ($"/api/runs/{run}/approvals/a", """{"approved":true}"""),
        })
        {
            using var refused = await other.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        foreach (var path in new[] { $"/api/runs/{run}", "/api/schedules/nightly" })
        {
            using var refused = await other.DeleteAsync(path);
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        // Lists, figures and searches over all have nothing of it.
        foreach (var path in new[] { "/api/runs", "/api/schedules", "/api/approvals", $"/api/approvals?run={run}", "/api/audit/events", "/api/overview" })
        {
            var text = await other.GetStringAsync(path);
            text.ShouldNotContain(run, Case.Sensitive, path);
            text.ShouldNotContain("nightly", Case.Sensitive, path);
        }

        (await own.GetStringAsync("/api/runs")).ShouldContain(run);

        // By gRPC and by the hub it is the same.
        var client = new OrchestratorService.OrchestratorServiceClient(system.Grpc(rob));
        (await Should.ThrowAsync<RpcException>(() => client.WatchRun(new WatchRunRequest { RunId = run }).ResponseStream.MoveNext(CancellationToken.None))).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => client.CancelRunAsync(new CancelRunRequest { RunId = run }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => client.GetRunResultAsync(new GetRunResultRequest { RunId = run }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => new ArtifactService.ArtifactServiceClient(system.Grpc(rob)).DownloadArtifact(new DownloadArtifactRequest { Id = artifact })
            .ResponseStream.MoveNext(CancellationToken.None))).StatusCode.ShouldBe(StatusCode.NotFound);
        using var hub = await BareClient.ConnectAsync(system.Port, rob);
        await hub.SubscribeAsync(run, 0);
        (await hub.ReadAsync()).ToJsonString().ShouldContain("UNKNOWN_RUN");

        // And in the console, whose pages the header opens, too.
        using var page = new HttpRequestMessage(HttpMethod.Get, $"/runs/{run}");
        page.Headers.Accept.ParseAdd("text/html");
        using var shown = await other.SendAsync(page);
        shown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetStringAsync("/runs")).ShouldNotContain(run);
        mayEnd.Release();
    }

    [Fact]
    public async Task Work_OfATenantWithMuch_LeavesTheAgentsToOthersInTurn()
    {
        await using var system = await KeySystem.StartAsync();
        using var mayEnd = new SemaphoreSlim(0);
        var began = new StrongBox<int>();
        await AddWorkerAsync(system, mayEnd, parallel: 1, began);
        var many = await system.System.SubmitAsync(
            Of(Task("each").With(task => task.Foreach = "${inputs.items}")), inputs: Output(("items", List([.. Enumerable.Range(0, 60).Select(i => $"{i}")]))), who: s_blue);
        await system.System.UntilAsync(many, e => e.TaskStarted is not null, s_blue);
        var one = await system.System.SubmitAsync(Of(Task("a")), who: s_red);
        await system.System.UntilAsync(one, e => e.TaskQueued is not null, s_red);

        // One task at a time: the other tenant's is among the next few, not behind the sixty.
        var ended = system.System.UntilAsync(one, e => e.RunCompleted is not null, s_red);
        var let = 0;
        while (!ended.IsCompleted && let < 60)
        {
            await TestSystem.Until(() => ended.IsCompleted || Volatile.Read(ref began.Value) > let, "the next begins");
            mayEnd.Release();
            let++;
        }

        await ended;
        let.ShouldBeLessThan(20);
        mayEnd.Release(100);
    }

    private static async Task AddWorkerAsync(KeySystem system, SemaphoreSlim mayEnd, int parallel, StrongBox<int>? began = null) => await system.System.AddAgentAsync("worker", agent => agent.Limit(parallel).OnTask<Nothing, Done>("work", async (_, _, ct) =>
    {
        Interlocked.Increment(ref (began ?? new StrongBox<int>()).Value);
        await mayEnd.WaitAsync(ct);
        return new Done();
    }), $"--Agents:ApiKey={TestKeys.Agent}");

    private static async Task<string> UploadAsync(KeySystem system, string key, string text)
    {
        using var upload = new ArtifactService.ArtifactServiceClient(system.Grpc(key)).UploadArtifact();
        await upload.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = new ArtifactRef { Name = "note", MediaType = "text/plain" } });
        await upload.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFromUtf8(text) });
        await upload.RequestStream.CompleteAsync();
        return (await upload).Artifact.Id;
    }
}

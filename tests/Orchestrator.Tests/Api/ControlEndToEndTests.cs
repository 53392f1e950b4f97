using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Agents.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Api;

/// <summary>What steers runs, by REST on a whole orchestrator.</summary>
public sealed class ControlEndToEndTests : IAsyncLifetime
{
    private TestSystem _system = null!;
    private HttpClient _http = null!;

    public sealed record Nothing;

    public async Task InitializeAsync()
    {
        _system = await TestSystem.StartAsync();
        var addresses = _system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _http = new HttpClient { BaseAddress = new Uri(addresses.Single(address => address != _system.GrpcUrl)) };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Approval_OfAForeachsItem_IsListedAndDecidedByItsTaskWithASlash()
    {
        var ask = new PlannedTask { Id = "ask", Foreach = "${inputs.items}", Approval = new Approval { Question = "Take ${item}?", Deciders = { "local" } } };
        var runId = await SubmitAsync(Plans.Of(ask), """{"items": ["a", "b"]}""");
        await TestSystem.Until(() => _system.Engine.ListApprovalsAsync(new ListApprovalsRequest(), TestSystem.Me, default).GetAwaiter().GetResult().Approvals.Count == 2, "both are asked");

        var listed = (await GetAsync($"/api/approvals?run={runId}&mine=true")).GetProperty("approvals").EnumerateArray().ToList();
        var first = await _http.PostAsJsonAsync($"/api/runs/{runId}/approvals/ask%2F0", new { approved = true, comment = "yes" });
        var again = await _http.PostAsJsonAsync($"/api/runs/{runId}/approvals/ask%2F0", new { approved = true });
        var second = await _http.PostAsJsonAsync($"/api/runs/{runId}/approvals/ask/1", new { approved = true });
        var events = await _system.WatchAsync(runId);

        listed.Select(approval => approval.GetProperty("question").GetString()).Order().ShouldBe(["Take a?", "Take b?"]);
        listed.Select(approval => approval.GetProperty("task_id").GetString()).Order().ShouldBe(["ask/0", "ask/1"]);
        first.StatusCode.ShouldBe(HttpStatusCode.OK, await first.Content.ReadAsStringAsync());
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict, await again.Content.ReadAsStringAsync());
        second.StatusCode.ShouldBe(HttpStatusCode.OK, await second.Content.ReadAsStringAsync());
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        (await GetAsync("/api/approvals")).GetProperty("approvals").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Approval_OfOthers_IsForbidden()
    {
        var runId = await SubmitAsync(Plans.Of(new PlannedTask { Id = "ask", Approval = new Approval { Question = "Go?", Deciders = { "somebody-else" } } }));
        await _system.UntilAsync(runId, e => e.ApprovalRequested != null);

        var mine = await GetAsync("/api/approvals?mine=true");
        var decided = await _http.PostAsJsonAsync($"/api/runs/{runId}/approvals/ask", new { approved = true });

        mine.GetProperty("approvals").GetArrayLength().ShouldBe(0);
        decided.StatusCode.ShouldBe(HttpStatusCode.Forbidden, await decided.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task PauseAndResume_Run_HoldsWhatIsNotStartedYet()
    {
        var mayEnd = new TaskCompletionSource();
        var executions = 0;
        await _system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Nothing>("work", async (_, _, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
            return new Nothing();
        }));
        var runId = await SubmitAsync(Plans.Of(Plans.Task("a"), Plans.Task("b", "a")));
        await TestSystem.Until(() => executions == 1, "the first is being worked on");

        var paused = await _http.PostAsJsonAsync($"/api/runs/{runId}/pause", new { reason = "lunch" });
        mayEnd.SetResult();
        await _system.UntilAsync(runId, e => e.TaskOutput?.TaskId == "a");
        (await GetAsync($"/api/runs/{runId}")).GetProperty("summary").GetProperty("status").GetString().ShouldBe("PAUSED");
        executions.ShouldBe(1);
        var resumed = await _http.PostAsync($"/api/runs/{runId}/resume", null);
        var events = await _system.WatchAsync(runId);

        (await paused.Content.ReadAsStringAsync()).ShouldBe("""{ "status": "PAUSED" }""");
        resumed.StatusCode.ShouldBe(HttpStatusCode.OK, await resumed.Content.ReadAsStringAsync());
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Single(e => e.RunPaused != null).RunPaused.Reason.ShouldBe("lunch");
    }

    [Fact]
    public async Task RetryAndDelete_Run_GiveANewOneAndLeaveNothingOfTheOld()
    {
        var works = false;
        var mayEnd = new TaskCompletionSource();
        await _system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Nothing>("work", async (_, _, ct) =>
        {
            await mayEnd.Task.WaitAsync(ct);
            return works ? new Nothing() : throw new TaskFailedException("BROKEN", "Not yet.");
        }));
        var runId = await SubmitAsync(Plans.Of(Plans.Task("a")));
        var early = await _http.DeleteAsync($"/api/runs/{runId}");
        mayEnd.SetResult();
        (await _system.WatchAsync(runId))[^1].RunFailed.ShouldNotBeNull();
        works = true;

        var retried = await _http.PostAsync($"/api/runs/{runId}/retry", null);
        var newId = JsonDocument.Parse(await retried.Content.ReadAsStringAsync()).RootElement.GetProperty("run_id").GetString()!;
        (await _system.WatchAsync(newId))[^1].RunCompleted.ShouldNotBeNull();
        var summary = (await GetAsync(retried.Headers.Location!.ToString())).GetProperty("summary");
        var completed = await _http.PostAsync($"/api/runs/{newId}/retry", null);
        var deleted = await _http.DeleteAsync($"/api/runs/{runId}");
        var gone = await _http.GetAsync($"/api/runs/{runId}");

        early.StatusCode.ShouldBe(HttpStatusCode.Conflict, await early.Content.ReadAsStringAsync());
        retried.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        summary.GetProperty("retry_of").GetString().ShouldBe(runId);
        completed.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent, await deleted.Content.ReadAsStringAsync());
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Queue_TasksThatWait_AreCountedByRole()
    {
        var mayEnd = new TaskCompletionSource();
        await _system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 1).OnTask<Nothing, Nothing>("work", async (_, _, ct) =>
        {
            await mayEnd.Task.WaitAsync(ct);
            return new Nothing();
        }));
        var runId = await SubmitAsync(Plans.Of(Plans.Task("a"), Plans.Task("b"), Plans.Task("c")));
        await _system.UntilAsync(runId, e => e.TaskStarted != null);

        var metrics = await GetAsync("/api/metrics/queue");
        var nobody = await GetAsync("/api/metrics/queue?role=nobody");
        mayEnd.SetResult();
        await _system.WatchAsync(runId);
        var after = await GetAsync("/api/metrics/queue?role=worker");

        var worker = metrics.GetProperty("roles").GetProperty("worker");
        worker.GetProperty("depth").GetInt64().ShouldBe(2);
        worker.GetProperty("running").GetInt32().ShouldBe(1);
        worker.GetProperty("capacity").GetInt32().ShouldBe(1);
        worker.GetProperty("instances").GetInt32().ShouldBe(1);
        worker.GetProperty("oldest_seconds").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        nobody.GetProperty("depth").GetInt64().ShouldBe(0);
        after.GetProperty("depth").GetInt64().ShouldBe(0);
    }

    private async Task<string> SubmitAsync(Plan plan, string inputs = "{}")
    {
        var submitted = new RunSubmitted { Request = "test", Principal = TestSystem.Me, Inputs = Google.Protobuf.JsonParser.Default.Parse<Google.Protobuf.WellKnownTypes.Struct>(inputs), Priority = 5 };
        var runId = $"run-{Guid.NewGuid():N}";
        var command = new SubmitCommand { Submitted = submitted, Plan = new PlanRequested { Playbook = "test", Draft = plan } };
        var answer = await _system.Services.GetRequiredService<Orchestrator.Processing.RunCommands>().SendAsync(
            new InboxCommand { RunId = runId, RequestId = runId, Principal = TestSystem.Me, Submit = command }, default);
        answer.Code.ShouldBe("");
        return runId;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var response = await _http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

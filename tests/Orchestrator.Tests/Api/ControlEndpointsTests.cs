using System.Net;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class ControlEndpointsTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("""{"request_id": "p-1", "reason": "lunch"}""")]
    public async Task Pause_WithAndWithoutBody_ReachesTheEngine(string body)
    {
        (await TextAsync("/api/runs/run-1/pause", body)).ShouldBe("""{ "status": "PAUSED" }""");
        _host.Engine.Asked.ShouldBe(body.Length == 0
            ? new PauseRunRequest { RunId = "run-1" }
            : new PauseRunRequest { RunId = "run-1", RequestId = "p-1", Reason = "lunch" });
    }

    [Fact]
    public async Task Resume_Run_ReachesTheEngine()
    {
        (await TextAsync("/api/runs/run-1/resume", "")).ShouldBe("""{ "status": "IN_PROGRESS" }""");
        _host.Engine.Asked.ShouldBe(new ResumeRunRequest { RunId = "run-1" });
    }

    [Fact]
    public async Task Guide_Text_ReachesTheEngine()
    {
        (await TextAsync("/api/runs/run-1/guidance", """{"text": "Use tabs.", "request_id": "g-1"}""")).ShouldBe("""{ "status": "IN_PROGRESS", "key": "guidance/1" }""");
        _host.Engine.Asked.ShouldBe(new GuideRunRequest { RunId = "run-1", RequestId = "g-1", Text = "Use tabs." });
    }

    [Fact]
    public async Task Guide_BadInput_IsAProblem()
    {
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/guidance", "{}"), 400, "INVALID_INPUT", "text");
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/guidance", """{"text": " "}"""), 400, "INVALID_INPUT", "text");
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/guidance", $$"""{"text": "{{new string('a', 4001)}}"}"""), 400, "INVALID_INPUT", "text");
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/guidance", """{"text": "a\u0007"}"""), 400, "INVALID_INPUT", "text");
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/other/guidance", """{"text": "a"}"""), 404, "UNKNOWN_RUN", "run_id");
        _host.Engine.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Retry_Run_IsAcceptedWithTheNewRunsLocation()
    {
        var response = await _host.PostAsync("/api/runs/run-1/retry", """{"request_id": "again"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Location.ShouldBe(new Uri("/api/runs/run-2", UriKind.Relative));
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{ "run_id": "run-2", "adopted": 3 }""");
        _host.Engine.Asked.ShouldBe(new RetryRunRequest { RunId = "run-1", RequestId = "again" });
    }

    [Fact]
    public async Task Delete_Run_LeavesNoContent()
    {
        var response = await _host.Client.DeleteAsync("/api/runs/run-1");
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        _host.Engine.Asked.ShouldBe(new DeleteRunRequest { RunId = "run-1" });
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("retry")]
    public async Task Control_BadInput_IsAProblem(string verb)
    {
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/other/{verb}", "{}"), 404, "UNKNOWN_RUN", "run_id");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/{verb}", """{"run_id": "run-2"}"""), 400, "INVALID_INPUT", "run_id");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/{verb}", $$"""{"request_id": "{{new string('a', 101)}}"}"""), 400, "INVALID_INPUT", "request_id");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/{verb}", """{"requestid": "a"}"""), 400, "UNKNOWN_FIELD", "requestid");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/{verb}?force=1", "{}"), 400, "INVALID_INPUT", "force");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/{new string('r', 101)}/{verb}", "{}"), 400, "INVALID_INPUT", "run_id");
        _host.Engine.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Delete_UnknownRun_IsNotFound() =>
        await RestHost.ProblemAsync(await _host.Client.DeleteAsync("/api/runs/other"), 404, "UNKNOWN_RUN", "run_id");

    private async Task<string> TextAsync(string path, string body)
    {
        var response = body.Length == 0 ? await _host.Client.PostAsync(path, null) : await _host.PostAsync(path, body);
        return await response.Content.ReadAsStringAsync();
    }
}

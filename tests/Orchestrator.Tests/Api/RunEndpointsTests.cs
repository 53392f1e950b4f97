using System.Net;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Tests.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class RunEndpointsTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Submit_Request_IsAcceptedWithItsLocation()
    {
        var response = await _host.PostAsync("/api/runs", """
            {"request_id": "r-1", "request": "Audit this", "playbook": "code-audit", "inputs": {"fix": true, "n": 3, "deep": [null, {"x": "ü"}]},
             "workspace": {"path": "/tmp/x"}, "labels": {"team": "a"}, "priority": "high", "time_limit": 60}
            """);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Location.ShouldBe(new Uri("/api/runs/run-1", UriKind.Relative));
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{ "run_id": "run-1", "version": "1" }""");
        var submitted = _host.Engine.Submitted!;
        submitted.ShouldBe(SubmitRunRequest.Parser.ParseJson("""
            {"requestId": "r-1", "request": "Audit this", "playbook": "code-audit", "inputs": {"fix": true, "n": 3, "deep": [null, {"x": "ü"}]},
             "workspace": {"path": "/tmp/x"}, "labels": {"team": "a"}, "priority": "high", "timeLimit": 60}
            """));
        _host.Engine.Caller.ShouldBe(new Principal { Name = "local", Tenant = "local" });
    }

    [Fact]
    public async Task Submit_Message_ReachesTheEngine()
    {
        var response = await _host.PostAsync("/api/runs", """
            {"message": {"message_type": "task_assignment", "from": "me", "to": "executor_1",
             "payload": {"task_id": "t", "description": "Do it", "context": {"a": 1}, "constraints": {"time_limit": 5}}}}
            """);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        _host.Engine.Submitted!.Message.Payload.Constraints.TimeLimit.ShouldBe(5);
    }

    [Fact]
    public async Task List_Filters_ReachTheEngine()
    {
        var page = await _host.GetJsonAsync("/api/runs?page_size=7&page_token=abc&status=COMPLETED&status=FAILED&playbook=answer");
        page.GetProperty("runs")[0].GetProperty("run_id").GetString().ShouldBe("run-1");
        page.GetProperty("next_page_token").GetString().ShouldBe("more");
        _host.Engine.Listed.ShouldBe(new ListRunsRequest { PageSize = 7, PageToken = "abc", Playbook = "answer", Statuses = { State.Completed, State.Failed } });
    }

    [Fact]
    public async Task Get_Run_TellsItsState()
    {
        var run = await _host.GetJsonAsync("/api/runs/run-1");
        run.GetProperty("summary").GetProperty("status").GetString().ShouldBe("IN_PROGRESS");
        _host.Engine.OutputsAsked.ShouldBeFalse();
        await _host.GetJsonAsync("/api/runs/run-1?include_outputs=true");
        _host.Engine.OutputsAsked.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"request_id": "c-1", "reason": "enough"}""")]
    [InlineData("""{"run_id": "run-1"}""")]
    public async Task Cancel_WithAndWithoutBody_ReachesTheEngine(string body)
    {
        var response = body.Length == 0 ? await _host.Client.PostAsync("/api/runs/run-1/cancel", null) : await _host.PostAsync("/api/runs/run-1/cancel", body);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{ "status": "CANCELLED" }""");
        _host.Engine.Cancelled!.RunId.ShouldBe("run-1");
        _host.Engine.Cancelled.Reason.ShouldBe(body.Contains("enough", StringComparison.Ordinal) ? "enough" : "");
    }

    [Fact]
    public async Task Result_BeforeAndAfterTheEnd_IsAConflictThenTheResult()
    {
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/runs/run-1/result"), 409, "RUN_NOT_ENDED", "run_id");
        _host.Engine.Add(new RunEvent { RunCompleted = new RunCompleted() }, last: true);
        (await _host.GetJsonAsync("/api/runs/run-1/result")).GetProperty("status").GetString().ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Agents_ByRole_AreListed()
    {
        (await _host.GetJsonAsync("/api/agents")).GetProperty("instances").GetArrayLength().ShouldBe(1);
        (await _host.GetJsonAsync("/api/agents?role=writer")).GetProperty("instances")[0].GetProperty("name").GetString().ShouldBe("writer-1");
        (await _host.GetJsonAsync("/api/agents?role=reader")).GetProperty("instances").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Playbooks_Shipped_AreListed()
    {
        var playbooks = (await _host.GetJsonAsync("/api/playbooks")).GetProperty("playbooks");
        playbooks.EnumerateArray().Select(playbook => playbook.GetProperty("name").GetString())
            .ShouldBe(Directory.GetFiles(PlaybookFiles.Shipped, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        playbooks[0].GetProperty("needs_workspace").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, 400)]
    [InlineData(StatusCode.NotFound, 404)]
    [InlineData(StatusCode.AlreadyExists, 409)]
    [InlineData(StatusCode.FailedPrecondition, 409)]
    [InlineData(StatusCode.PermissionDenied, 403)]
    [InlineData(StatusCode.ResourceExhausted, 429)]
    [InlineData(StatusCode.Unavailable, 503)]
    public async Task Refusal_OfTheEngine_IsAProblem(StatusCode grpc, int http)
    {
        _host.Engine.Refusal = new RequestRefusedException(grpc, "SOME_CODE", "Because of \"this\".", "inputs.x");
        var problem = await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/runs"), http, "SOME_CODE", "inputs.x");
        problem.GetProperty("detail").GetString().ShouldBe("Because of \"this\".");
    }

    [Fact]
    public async Task Fault_OfTheEngine_TellsNothingOfItsInside()
    {
        _host.Engine.Fault = new InvalidOperationException("secret");
        var problem = await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/runs"), 500, "INTERNAL");
        problem.GetRawText().ShouldNotContain("secret");
    }
}

using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class ApprovalEndpointsTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_Filters_ReachTheEngine()
    {
        _host.Engine.Approvals.Approvals.Add(new ApprovalView { RunId = "run-1", TaskId = "ask/3", Question = "Go?", Deciders = { "ann" } });

        var approvals = (await _host.GetJsonAsync("/api/approvals")).GetProperty("approvals");

        approvals[0].GetProperty("task_id").GetString().ShouldBe("ask/3");
        approvals[0].GetProperty("deciders")[0].GetString().ShouldBe("ann");
        _host.Engine.Asked.ShouldBe(new ListApprovalsRequest());
        await _host.GetJsonAsync("/api/approvals?run=run-1&mine=true");
        _host.Engine.Asked.ShouldBe(new ListApprovalsRequest { RunId = "run-1", Mine = true });
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/approvals?mine=yes"), 400, "INVALID_INPUT", "mine");
        await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/approvals?rn=run-1"), 400, "INVALID_INPUT", "rn");
    }

    [Theory]
    [InlineData("ask", "ask")]
    [InlineData("ask%2F3", "ask/3")]
    [InlineData("ask%2f3", "ask/3")]
    [InlineData("ask/3", "ask/3")]
    [InlineData("ask/3/review-1", "ask/3/review-1")]
    public async Task Decide_Task_ReachesTheEngineAlsoWithASlash(string inPath, string task)
    {
        var response = await _host.PostAsync($"/api/runs/run-1/approvals/{inPath}", """{"approved": true, "comment": "fine\nso far", "request_id": "d-1"}""");

        (await response.Content.ReadAsStringAsync()).ShouldBe("""{ "run_status": "IN_PROGRESS" }""");
        _host.Engine.Asked.ShouldBe(new DecideApprovalRequest { RunId = "run-1", TaskId = task, Approved = true, Comment = "fine\nso far", RequestId = "d-1" });
        _host.Engine.Caller.ShouldBe(new Principal { Name = "local", Tenant = "local" });
    }

    [Fact]
    public async Task Decide_Rejection_IsSaid()
    {
        await _host.PostAsync("/api/runs/run-1/approvals/ask", """{"approved": false, "run_id": "run-1", "task_id": "ask"}""");
        ((DecideApprovalRequest)_host.Engine.Asked!).Approved.ShouldBeFalse();
    }

    [Theory]
    [InlineData("ask", "{}", 400, "approved")] // would read as a rejection otherwise
    [InlineData("ask", """{"approved": null}""", 400, "approved")]
    [InlineData("ask", """{"approved": "yes"}""", 400, "approved")]
    [InlineData("ask", "", 400, "body")]
    [InlineData("ask", """{"approved": true, "task_id": "other"}""", 400, "task_id")]
    [InlineData("ask", """{"approved": true, "run_id": "run-2"}""", 400, "run_id")]
    [InlineData("", """{"approved": true}""", 400, "task_id")]
    public async Task Decide_BadInput_DecidesNothing(string task, string body, int status, string field)
    {
        var code = field == "body" ? "INVALID_JSON" : "INVALID_INPUT";
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/approvals/{task}", body), status, code, field);
        _host.Engine.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Decide_TooLong_NamesTheLimit()
    {
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/approvals/ask", $$"""{"approved": true, "comment": "{{new string('c', 4001)}}"}"""), 400, "INVALID_INPUT", "comment");
        await RestHost.ProblemAsync(await _host.PostAsync($"/api/runs/run-1/approvals/{new string('t', 201)}", """{"approved": true}"""), 400, "INVALID_INPUT", "task_id");
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied, 403, "NOT_A_DECIDER")]
    [InlineData(StatusCode.FailedPrecondition, 409, "NOTHING_TO_DECIDE")]
    public async Task Decide_RefusedByTheEngine_IsAProblem(StatusCode grpc, int http, string code)
    {
        _host.Engine.Refusal = new RequestRefusedException(grpc, code, "No.");
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/approvals/ask", """{"approved": true}"""), http, code);
    }
}

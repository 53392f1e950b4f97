using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Cli.Tests;

/// <summary>Playbooks, policy and the history of all runs, by the script: each request is kept.</summary>
internal sealed class ScriptedInsight(Script script) : InsightService.InsightServiceBase
{
    public override Task<GetPlaybookResponse> GetPlaybook(GetPlaybookRequest request, ServerCallContext context) =>
        Answer(request, request.Name == "none"
            ? throw new RpcException(new Status(StatusCode.NotFound, "name: there is no playbook 'none'."), new Metadata { { "agents-failure-code", "UNKNOWN_PLAYBOOK" } })
            : new GetPlaybookResponse { Playbook = new PlaybookInfo { Name = request.Name }, Plan = Plan() });

    public override Task<ValidatePlaybookResponse> ValidatePlaybook(ValidatePlaybookRequest request, ServerCallContext context) =>
        Answer(request, request.Text.Contains("nonsense", StringComparison.Ordinal)
            ? new ValidatePlaybookResponse { Errors = { new TextError { Line = 3, Column = 5, Message = "tasks.a: 'nonsense' is no field; did you mean 'needs'?" } } }
            : new ValidatePlaybookResponse { Playbook = new PlaybookInfo { Name = "diamond", Roles = { "writer" } }, Plan = Plan() });

    public override Task<PreviewPlanResponse> PreviewPlan(PreviewPlanRequest request, ServerCallContext context) =>
        Answer(request, new PreviewPlanResponse { Playbook = "diamond", Reason = "it says so", Plan = Plan(), PlannedByAgent = true, MissingRoles = { "writer" } });

    public override Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context) =>
        Answer(request, new GetPolicyResponse
        {
            File = "policies/tools.json",
            LoadedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            DefaultEffect = "deny",
            Rules = { new PolicyRuleView { Id = "reads", Effect = "allow", Reason = "Reading is harmless.", Line = 4 } },
            Error = script.PolicyError,
        });

    public override Task<TestPolicyResponse> TestPolicy(TestPolicyRequest request, ServerCallContext context) =>
        Answer(request, request.Tool == "fs.read"
            ? new TestPolicyResponse { Effect = "allow", Rule = "reads", Source = "built-in", Reason = "Reading is harmless." }
            : new TestPolicyResponse { Effect = "needs_approval", Rule = "shell", Source = "built-in", Reason = "Ask first.", Deciders = { "ann" } });

    public override Task<ValidatePolicyResponse> ValidatePolicy(ValidatePolicyRequest request, ServerCallContext context) =>
        Answer(request, request.Text.Contains("nonsense", StringComparison.Ordinal)
            ? new ValidatePolicyResponse { Errors = { new TextError { Line = 2, Column = 1, Message = "rules: 'nonsense' is no effect." } } }
            : new ValidatePolicyResponse { DefaultEffect = "deny", Rules = { new PolicyRuleView { Id = "reads" } } });

    // Two pages, the first of them full.
    public override Task<SearchEventsResponse> SearchEvents(SearchEventsRequest request, ServerCallContext context)
    {
        var response = new SearchEventsResponse { Scanned = 10, NextPageToken = request.PageToken.Length == 0 ? "more" : "" };
        response.Events.Add(Enumerable.Range(1, request.PageToken.Length == 0 ? request.PageSize : 1).Select(i => new RunEvent
        {
            RunId = Script.RunId,
            Version = i,
            Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            ToolCalled = new ToolCalled { TaskId = "a", Tool = "fs.read", Ok = true },
        }));
        return Answer(request.Clone(), response);
    }

    public override Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context) =>
        Answer(request, new GetOverviewResponse { Healthy = true, Version = script.ServerVersion, Checks = { new HealthCheckView { Name = "store", Status = script.StoreHealth, Description = "" } } });

    private static Plan Plan() => new()
    {
        Tasks =
        {
            new PlannedTask { Id = "top", Role = "researcher" },
            new PlannedTask { Id = "left", Role = "writer", DependsOn = { "top" }, Foreach = "${top.items}" },
            new PlannedTask { Id = "right", Approval = new Approval { Question = "?" }, DependsOn = { "top" } },
            new PlannedTask { Id = "end", Role = "writer", DependsOn = { "left", "right" }, Optional = true },
        },
    };

    private Task<T> Answer<T>(IMessage request, T response)
    {
        script.Asked.Enqueue(request);
        return Task.FromResult(response);
    }
}

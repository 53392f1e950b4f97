using Grpc.Core;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Figures;
using Orchestrator.Planning;
using Orchestrator.Policy;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Grpc;

/// <summary>What people look at, over gRPC.</summary>
internal sealed class InsightGrpcService(
    PlaybookDesk playbooks, PlanPreviews previews, PolicyDesk policy, EventSearch events, AgentTrials trials, Overview overview, IRunEngine engine) : InsightService.InsightServiceBase
{
    [Needs(Permissions.RunsRead)]
    public override Task<GetPlaybookResponse> GetPlaybook(GetPlaybookRequest request, ServerCallContext context) => Task.FromResult(playbooks.Get(request.Name));

    [Needs(Permissions.RunsRead)]
    public override Task<ValidatePlaybookResponse> ValidatePlaybook(ValidatePlaybookRequest request, ServerCallContext context) => Task.FromResult(playbooks.Validate(request));

    [Needs(Permissions.RunsRead)]
    public override Task<PreviewPlanResponse> PreviewPlan(PreviewPlanRequest request, ServerCallContext context) => previews.OfAsync(request.Run, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context) => Task.FromResult(policy.Get());

    [Needs(Permissions.RunsRead)]
    public override Task<ValidatePolicyResponse> ValidatePolicy(ValidatePolicyRequest request, ServerCallContext context) => Task.FromResult(PolicyDesk.Validate(request.Text));

    [Needs(Permissions.RunsRead)]
    public override Task<TestPolicyResponse> TestPolicy(TestPolicyRequest request, ServerCallContext context) =>
        policy.TestAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override Task<SearchEventsResponse> SearchEvents(SearchEventsRequest request, ServerCallContext context) =>
        events.SearchAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsSubmit)]
    public override Task<SubmitRunResponse> TryAgent(TryAgentRequest request, ServerCallContext context) =>
        engine.SubmitAsync(trials.ToSubmission(request), Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override Task<GetOverviewResponse> GetOverview(GetOverviewRequest request, ServerCallContext context) => overview.GetAsync(Caller(context), context.CancellationToken);

    private static Principal Caller(ServerCallContext context) => Callers.Of(context.GetHttpContext());
}

using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Tells what a request would become, by the very rules that a submission goes through.</summary>
internal sealed class PlanPreviews(RequestPlanner planner, IAgentDirectory agents)
{
    /// <exception cref="RequestRefusedException">As the submission would be refused.</exception>
    public async Task<PreviewPlanResponse> OfAsync(SubmitRunRequest request, Principal principal, CancellationToken ct)
    {
        var submitted = SubmissionRules.Read(request.Clone(), principal);
        var planned = await planner.PlanAsync(request, submitted, ct);
        var roles = PlanRoles.Of(planned.Draft).Concat(planned.PlanningTask is { } planning ? [planning.Role] : [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new PreviewPlanResponse
        {
            Playbook = planned.Playbook,
            Reason = planned.Reason,
            Plan = planned.Draft,
            PlannedByAgent = planned.PlanningTask is not null,
            Inputs = submitted.Inputs,
            Roles = { roles },
            MissingRoles = { roles.Where(role => !agents.List(role).Any(instance => instance.Health == InstanceHealth.Alive)) },
        };
    }
}

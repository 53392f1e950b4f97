using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Who takes part in a plan.</summary>
internal static class PlanRoles
{
    /// <summary>Every role that is asked for work, reviews, fallbacks, turns or rulings; each may be there more than once.</summary>
    public static IEnumerable<string> Of(Plan plan) =>
        plan.Tasks.Select(task => task.Role)
            .Concat(plan.Tasks.Where(task => task.Review is not null).SelectMany(task => Runs.Reviews.Roles(task.Review)))
            .Concat(plan.Tasks.Select(task => task.Fallback?.Role ?? ""))
            .Concat(plan.Tasks.Where(task => task.Discuss is not null).SelectMany(task => task.Discuss.Participants.Append(task.Discuss.Moderator).Append(task.Discuss.Arbiter)).Select(who => who?.Role ?? ""))
            .Concat(plan.Tasks.Select(task => task.Review?.Disputes).Append(plan.Disputes).Select(disputes => disputes?.Arbiter?.Role ?? ""))
            .Where(role => role.Length > 0);
}

using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Instances, and what they come to by role.</summary>
internal static class RoleSummaries
{
    /// <summary>The instances of a role, or all, with a summary of each role.</summary>
    public static ListAgentsResponse List(IAgentDirectory agents, ListAgentsRequest request)
    {
        var instances = agents.List(request.Role);
        return new ListAgentsResponse
        {
            Instances = { instances },
            Roles = { instances.Where(instance => instance.Contract is not null).GroupBy(instance => instance.Contract.Role, StringComparer.Ordinal).Select(Of) },
        };
    }

    private static RoleSummary Of(IGrouping<string, AgentInstance> role)
    {
        var contract = role.MaxBy(instance => instance.JoinedAt?.ToDateTimeOffset() ?? default)!.Contract;
        var alive = role.Where(instance => instance.Health == InstanceHealth.Alive).ToList();
        return new RoleSummary
        {
            Role = role.Key,
            Title = contract.Name,
            Description = contract.Description,
            Version = contract.Version,
            Capabilities = { role.SelectMany(instance => instance.Contract.Capabilities).DistinctBy(capability => capability.TaskType).OrderBy(capability => capability.TaskType, StringComparer.Ordinal) },
            Tools = { role.SelectMany(instance => instance.Contract.Tools).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal) },
            Instances = role.Count(),
            Alive = alive.Count,
            Quarantined = role.Count(instance => instance.Health == InstanceHealth.Quarantined),
            Running = role.Sum(instance => instance.Running),
            Capacity = alive.Sum(instance => instance.Capacity),
        };
    }
}

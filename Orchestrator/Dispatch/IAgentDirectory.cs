using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What is known of the instances of agents.</summary>
internal interface IAgentDirectory
{
    /// <summary>All instances, or those of a role, ordered by role and name.</summary>
    /// <param name="role">Null or empty: all.</param>
    IReadOnlyList<AgentInstance> List(string? role);
}

using Agents.Hosting;
using Agents.Models;
using Agents.Planner.Designing;

namespace Agents.Planner;

/// <summary>What the agent consists of.</summary>
internal static class PlannerHost
{
    public static AgentHost AddPlanner(this AgentHost host) => host.AddModels().AddAgent<PlannerAgent>().AddAgent<DesignerAgent>();
}

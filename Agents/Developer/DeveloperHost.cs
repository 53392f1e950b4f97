using Agents.Developer.Implementing;
using Agents.Hosting;
using Agents.Models;
using Agents.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace Agents.Developer;

/// <summary>What the agent consists of.</summary>
internal static class DeveloperHost
{
    public static AgentHost AddDeveloper(this AgentHost host)
    {
        host.AddModels().Services.AddTools(host.Configuration).AddSingleton(DeveloperOptions.Read(host.Configuration));
        return host.AddAgent<DeveloperAgent>().AddAgent<ImplementerAgent>();
    }
}

using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Agents.Models;

/// <summary>Models for an agent's process.</summary>
public static class ModelsExtensions
{
    /// <summary>Reads the section <c>Models</c> and gives agents an <see cref="AgentModels"/>. Without settings there is no model.</summary>
    /// <param name="host">The agent's host.</param>
    /// <returns>The same host.</returns>
    public static AgentHost AddModels(this AgentHost host)
    {
        host.Services.AddSingleton(services => AgentModels.Read(host.Configuration, services.GetRequiredService<TimeProvider>()));
        return host;
    }
}

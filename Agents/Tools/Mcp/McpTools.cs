using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agents.Tools.Mcp;

/// <summary>Tools of MCP servers for an agent's process.</summary>
public static class McpTools
{
    /// <summary>
    /// Connects to the servers of the section <c>Tools:Mcp</c>, and gives their tools to the process and to the agent's contract.
    /// A server's program starts here, with an environment of its own, and ends with the process.
    /// </summary>
    /// <param name="host">With the tools of <see cref="ToolServices.AddTools"/>.</param>
    /// <param name="role">The agent that may use them.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The same host.</returns>
    /// <exception cref="AgentDefinitionException">A setting is wrong, or a server that is not optional is not there; the message says which and why.</exception>
    public static async Task<AgentHost> AddMcpToolsAsync(this AgentHost host, string role, CancellationToken cancellationToken = default)
    {
        var servers = new List<McpServer>();
        foreach (var options in McpOptions.Read(host.Configuration))
        {
            var server = new McpServer(options, TimeProvider.System);
            try
            {
                var tools = (await server.ListAsync(cancellationToken)).Select(tool => new McpTool(server, tool)).ToArray();
                servers.Add(server);
                foreach (var tool in tools)
                    host.Services.AddSingleton<ITool>(tool);
                host.AddAgent(role, agent => agent.UseTools(tools.Select(tool => tool.Declaration.Name)));
            }
            catch (ToolException exception)
            {
                await server.DisposeAsync();
                if (!options.Optional)
                    throw new AgentDefinitionException($"Tools:Mcp:{options.Name}: {exception.Message} With Tools:Mcp:{options.Name}:Optional=true the agent starts without its tools.");
                await Console.Error.WriteLineAsync($"{role}: Tools:Mcp:{options.Name} is left out: {exception.Message}");
            }
        }

        host.Services.AddSingleton<IHostedService>(_ => new Ending(servers));
        return host;
    }

    // Programs that are servers end with the agent, after its last attempt.
    private sealed class Ending(IReadOnlyList<McpServer> servers) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }
}

using Orchestrator.Dispatch;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>The tools of the agents that have joined, each once, as the first contract that has it describes it.</summary>
internal static class ToolCatalog
{
    public static ListToolsResponse List(IAgentDirectory agents, ListToolsRequest request)
    {
        var tools = new SortedDictionary<string, ToolView>(StringComparer.Ordinal);
        foreach (var contract in agents.List(request.Role).Select(instance => instance.Contract))
        {
            foreach (var name in contract.Tools)
            {
                if (!tools.TryGetValue(name, out var view))
                {
                    tools[name] = view = new ToolView { Tool = new ToolDefinition { Name = name } };
                }

                if (view.Tool.InputSchema.Length == 0 && contract.ToolDefinitions.FirstOrDefault(tool => tool.Name == name) is { } definition)
                {
                    view.Tool = definition;
                }

                if (!view.Roles.Contains(contract.Role))
                {
                    view.Roles.Add(contract.Role);
                }
            }
        }

        return new ListToolsResponse { Tools = { tools.Values } };
    }
}

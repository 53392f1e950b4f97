using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;
using ModelContextProtocol.Protocol;

namespace Agents.Tools.Mcp;

/// <summary>A tool of an MCP server. Like all others it is called through policy.</summary>
internal sealed class McpTool : ITool
{
    private const int MostChars = 1024 * 1024;
    private readonly McpServer _server;
    private readonly string _name;

    public McpTool(McpServer server, Tool tool)
    {
        (_server, _name) = (server, tool.Name);
        Declaration = new ToolDeclaration(
            $"{server.Options.Name}.{tool.Name}", tool.Description ?? "", JsonNode.Parse(tool.InputSchema.GetRawText()) as JsonObject ?? [], $"mcp:{server.Options.Name}",
            server.Options.Risks.GetValueOrDefault(tool.Name, server.Options.Risk).ToString().ToLowerInvariant());
    }

    public ToolDeclaration Declaration { get; }

    public async Task<JsonObject> RunAsync(JsonObject arguments, ToolCallContext call, CancellationToken cancellationToken)
    {
        var result = await _server.CallAsync(_name, arguments.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value, AgentJson.Options)), cancellationToken);
        var text = new StringBuilder();
        foreach (var block in result.Content.OfType<TextContentBlock>())
            text.Append(text.Length > 0 ? "\n" : "").Append(block.Text);
        var truncated = text.Length > MostChars;
        var output = new JsonObject { ["text"] = truncated ? text.ToString(0, MostChars) : text.ToString(), ["truncated"] = truncated };
        if (result.StructuredContent is { } structured && structured.GetRawText() is { Length: <= MostChars } json)
            output["structured"] = JsonNode.Parse(json);
        // Pictures, sounds and the like are not for texts; that there were some is said.
        if (result.Content.Where(block => block is not TextContentBlock).Select(block => (JsonNode)block.Type).ToArray() is { Length: > 0 } others)
            output["left_out"] = new JsonArray(others);
        return result.IsError == true
            ? throw new ToolException(ToolException.Failed, $"{Declaration.Name}: {(text.Length > 0 ? text.ToString(0, Math.Min(text.Length, 1000)) : "it failed and did not say why")}", output)
            : output;
    }
}

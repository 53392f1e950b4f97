using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools.Declared;

namespace Agents.Tools;

/// <summary>The tools of a process, by name.</summary>
public sealed class ToolRegistry : IToolCatalog
{
    private readonly SortedDictionary<string, ITool> _tools = new(StringComparer.Ordinal);

    /// <summary>Creates one.</summary>
    /// <param name="tools">What is in it from the start.</param>
    /// <exception cref="AgentDefinitionException">Two have the same name.</exception>
    public ToolRegistry(IEnumerable<ITool> tools)
    {
        foreach (var tool in tools)
            Add(tool);
    }

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyCollection<string> Names => _tools.Keys;

    /// <inheritdoc/>
    public IReadOnlyCollection<ToolDeclaration> Declarations => [.. _tools.Values.Select(tool => tool.Declaration)];

    /// <summary>The tools of a class, one for each method marked <see cref="ToolAttribute"/>.</summary>
    /// <param name="instance">What the methods are called on.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="AgentDefinitionException">There is none, or one cannot be a tool.</exception>
    public static IReadOnlyList<ITool> Of(object instance) => MethodTool.Of(instance);

    /// <summary>Finds a tool.</summary>
    /// <param name="name">E.g. <c>fs.read</c>.</param>
    /// <returns>Null: there is none of that name.</returns>
    public ITool? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>Calls a tool for an attempt: policy is asked first, and the call is recorded.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">By their names.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The tool's output.</returns>
    /// <exception cref="ToolException">There is no such tool, or it failed.</exception>
    /// <exception cref="TaskFailedException">TOOL_DENIED.</exception>
    public Task<JsonObject> CallAsync(TaskContext context, ToolFolder folder, string name, JsonObject arguments, CancellationToken cancellationToken)
    {
        var tool = Find(name) ?? throw ToolException.Invalid("tool", name, $"is not a tool; there are {string.Join(", ", Names)}");
        return context.CallToolAsync(name, arguments, (grant, token) => tool.RunAsync(arguments, new ToolCallContext(folder, grant), token), cancellationToken, Summarize);
    }

    // For the audit: the small values as they are, the large ones by their size.
    private static string Summarize(JsonObject output) => string.Join(", ", output.Select(pair => pair.Value switch
    {
        JsonArray items => $"{pair.Key}: {items.Count} items",
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 80 => $"{pair.Key}: {text.Length} characters",
        var value => $"{pair.Key}: {value?.ToJsonString() ?? "null"}",
    }));

    private void Add(ITool tool)
    {
        if (!_tools.TryAdd(tool.Declaration.Name, tool))
            throw new AgentDefinitionException($"Tool {tool.Declaration.Name} is declared twice, by {_tools[tool.Declaration.Name].Declaration.Owner} and by {tool.Declaration.Owner}.");
    }
}

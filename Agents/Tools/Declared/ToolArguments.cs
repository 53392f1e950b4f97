using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;

namespace Agents.Tools.Declared;

/// <summary>Reading of a tool's arguments: what is absent or null takes the default; what is there must be right.</summary>
internal sealed class ToolArguments(JsonObject values)
{
    public bool IsAbsent(string name) => values[name] is null;

    public static ToolException Missing(string name) => new(ToolException.InvalidInput, $"args.{name}: it is required and must not be empty.");

    public object? Value(string name, Type type)
    {
        try
        {
            return values[name].Deserialize(type, AgentJson.Options);
        }
        catch (JsonException exception)
        {
            throw Wrong(name, values[name], $"does not fit: {exception.Message.TrimEnd('.')}");
        }
    }

    public string? Text(string name) => values[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => throw Wrong(name, other, "must be text"),
    };

    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw Missing(name);

    public bool Flag(string name) => values[name] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        var other => throw Wrong(name, other, "must be true or false"),
    };

    public int Whole(string name, int fallback, int least, int most)
    {
        if (values[name] is not { } node)
            return fallback;
        // Numbers cross the wire as doubles.
        if (node.GetValueKind() == JsonValueKind.Number && node.Deserialize<double>() is var number && number == Math.Truncate(number) && number >= least && number <= most)
            return (int)number;
        throw Wrong(name, node, $"must be a whole number from {least} to {most}");
    }

    /// <summary>Empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name) => values[name] switch
    {
        null => [],
        JsonArray items => [.. items.Select((item, index) => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong($"{name}[{index}]", item, "must be text"))],
        var other => throw Wrong(name, other, "must be a list of texts"),
    };

    private static ToolException Wrong(string name, JsonNode? node, string rule) =>
        ToolException.Invalid($"args.{name}", node?.ToJsonString(AgentJson.Options), rule);
}

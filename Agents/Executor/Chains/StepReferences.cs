using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agents.Hosting;
using Agents.Tools;

namespace Agents.Executor.Chains;

/// <summary>
/// Puts outputs of earlier steps into arguments: <c>${steps.read.output.text}</c>, <c>${steps.list.output.entries[0].path}</c>,
/// <c>${steps.read.ok}</c>. A text that is one reference takes the value with its type; else it is put into the text. What
/// is not there is null, and empty inside a text.
/// </summary>
internal static partial class StepReferences
{
    private const int MaxDepth = 32;

    /// <summary>The ids that arguments refer to, with the text of the reference.</summary>
    /// <exception cref="ToolException">INVALID_INPUT: something like a reference that is none.</exception>
    public static IEnumerable<(string Id, string Reference)> In(JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(pair => In(pair.Value)),
        JsonArray items => items.SelectMany(In),
        JsonValue value when value.TryGetValue<string>(out var text) => Of(text),
        _ => [],
    };

    /// <summary>A copy with the values in place.</summary>
    /// <param name="node">Arguments.</param>
    /// <param name="steps">What is known of each earlier step, by id.</param>
    public static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, JsonObject> steps) => Fill(node, steps, 0);

    private static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, JsonObject> steps, int depth)
    {
        if (depth > MaxDepth)
            throw ToolException.Invalid("args", "…", $"is nested deeper than {MaxDepth}");
        switch (node)
        {
            case JsonObject value:
                var filled = new JsonObject();
                foreach (var (name, child) in value)
                    filled[name] = Fill(child, steps, depth + 1);
                return filled;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Fill(item, steps, depth + 1))]);
            case JsonValue value when value.TryGetValue<string>(out var text):
                return FillText(text, steps);
            default:
                return node?.DeepClone();
        }
    }

    private static JsonNode? FillText(string text, IReadOnlyDictionary<string, JsonObject> steps)
    {
        var matches = Reference().Matches(text);
        if (matches.Count == 0)
            return JsonValue.Create(text);
        if (matches.Count == 1 && matches[0].Length == text.Length)
            return Resolve(matches[0], steps)?.DeepClone();

        var result = new StringBuilder();
        var position = 0;
        foreach (Match match in matches)
        {
            result.Append(text, position, match.Index - position).Append(AsText(Resolve(match, steps)));
            position = match.Index + match.Length;
        }

        return JsonValue.Create(result.Append(text, position, text.Length - position).ToString());
    }

    private static string AsText(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(AgentJson.Options),
    };

    private static JsonNode? Resolve(Match match, IReadOnlyDictionary<string, JsonObject> steps)
    {
        JsonNode? node = steps.GetValueOrDefault(match.Groups["id"].Value);
        foreach (Capture part in match.Groups["part"].Captures)
        {
            node = part.ValueSpan[0] == '['
                ? node is JsonArray list && int.TryParse(part.ValueSpan[1..^1], out var index) && index < list.Count ? list[index] : null
                : node is JsonObject value && value.TryGetPropertyValue(part.Value[1..], out var child) ? child : null;
        }

        return node;
    }

    private static IEnumerable<(string Id, string Reference)> Of(string text)
    {
        var matches = Reference().Matches(text);
        for (var i = text.IndexOf("${", StringComparison.Ordinal); i >= 0; i = text.IndexOf("${", i + 2, StringComparison.Ordinal))
        {
            if (!matches.Any(match => match.Index == i))
                throw ToolException.Invalid("args", text, "has a ${ that does not begin a reference like ${steps.<id>.output.<path>}");
        }

        return matches.Select(match => (match.Groups["id"].Value, match.Value));
    }

    [GeneratedRegex(@"\$\{steps\.(?<id>[A-Za-z0-9_-]+)(?<part>\.[A-Za-z0-9_-]+|\[[0-9]{1,6}\])+\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}

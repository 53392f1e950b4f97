using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Models;
using Agents.Tools;
using Microsoft.Extensions.AI;

namespace Agents.Developer.Implementing;

/// <summary>A tool as a model sees it: every call goes through policy and the record of the attempt.</summary>
internal sealed class ToolFunction(ToolDeclaration tool, WorkingCopy copy) : AIFunction
{
    private const int MostCharacters = 24_000;

    // Models' function names have no dots.
    public override string Name { get; } = tool.Name.Replace('.', '_');

    public override string Description => tool.Description;

    public override JsonElement JsonSchema { get; } = JsonSerializer.SerializeToElement(tool.InputSchema);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var given = new JsonObject(arguments.Select(pair => KeyValuePair.Create(pair.Key, JsonSerializer.SerializeToNode(pair.Value, AgentJson.Options))));
        // Where a secret was taken out of what the model saw, it must not put the mark in the secret's place.
        if (tool.Name is "fs.write" or "fs.patch" && given.Any(pair => pair.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Contains(AgentModels.RedactionMark, StringComparison.Ordinal)))
            return $"Error: the text holds {AgentModels.RedactionMark}, which stands for something that is not shown to you. Leave such lines as they are: change others with fs_patch.";
        try
        {
            return Shorten(Show(await copy.CallAsync(tool.Name, given, cancellationToken)));
        }
        catch (ToolException exception)
        {
            return Shorten($"Error: {exception.Message}{(exception.Output is JsonObject output ? "\n" + Show(output) : "")}");
        }
    }

    // Texts as they are: in JSON they would be escaped, and secrets in them not be found.
    private static string Show(JsonObject output)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in output)
        {
            if (value is JsonValue plain && plain.TryGetValue<string>(out var words) && words.Contains('\n', StringComparison.Ordinal))
                text.Append(name).Append(":\n").Append(words).Append('\n');
            else
                text.Append(name).Append(": ").Append(value is JsonValue single && single.TryGetValue<string>(out var word) ? word : value?.ToJsonString(AgentJson.Options) ?? "null").Append('\n');
        }

        return text.ToString();
    }

    private static string Shorten(string text) =>
        text.Length <= MostCharacters ? text : $"{text.AsSpan(0, MostCharacters)}\n… cut: {text.Length} characters in all. Ask for less, e.g. for some lines.";
}

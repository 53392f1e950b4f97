using System.Text.Json.Nodes;

namespace Agents.Executor.Tools;

/// <summary>A tool call that did not go well: becomes the step's error.</summary>
internal sealed class ToolException(string code, string message, JsonNode? output = null) : Exception(message)
{
    public const string InvalidInput = "INVALID_INPUT";
    public const string Failed = "TOOL_FAILED";
    public const string Denied = "TOOL_DENIED";
    public const string TimedOut = "TIMEOUT";

    public string Code { get; } = code;

    /// <summary>What there was of an output, e.g. that of a command that ended with an error. Null: nothing.</summary>
    public JsonNode? Output { get; } = output;

    public static ToolException Invalid(string field, string? value, string rule) =>
        new(InvalidInput, $"{field}: '{(value is { Length: > 200 } ? value[..200] + "…" : value)}' {rule}.");
}

using System.Text.Json.Nodes;

namespace Agents.Tools;

/// <summary>A tool call that did not go well.</summary>
public sealed class ToolException : Exception
{
    /// <summary>An argument is missing, unknown or wrong.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>It was done, and failed.</summary>
    public const string Failed = "TOOL_FAILED";

    /// <summary>It must not be done.</summary>
    public const string Denied = "TOOL_DENIED";

    /// <summary>It took too long.</summary>
    public const string TimedOut = "TIMEOUT";

    /// <summary>Creates it.</summary>
    /// <param name="code">One of the constants of this class.</param>
    /// <param name="message">Names the field, its value and the rule.</param>
    /// <param name="output">What there was of an output, e.g. that of a command that ended with an error. Null: nothing.</param>
    public ToolException(string code, string message, JsonNode? output = null)
        : base(message)
    {
        Code = code;
        Output = output;
    }

    /// <summary>The machine-readable reason.</summary>
    public string Code { get; }

    /// <summary>What there was of an output. Null: nothing.</summary>
    public JsonNode? Output { get; }

    /// <summary>An argument that is not acceptable.</summary>
    /// <param name="field">E.g. <c>args.path</c>.</param>
    /// <param name="value">As it was given; long ones are cut.</param>
    /// <param name="rule">What it breaks, as the end of a sentence.</param>
    /// <returns>The exception, INVALID_INPUT.</returns>
    public static ToolException Invalid(string field, string? value, string rule) =>
        new(InvalidInput, $"{field}: '{(value is { Length: > 200 } ? value[..200] + "…" : value)}' {rule}.");
}

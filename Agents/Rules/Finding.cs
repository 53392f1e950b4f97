using System.Text.Json.Serialization;

namespace Agents.Rules;

/// <summary>One place in the source that a rule objects to. Serialised with snake_case names.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record Finding
{
    /// <summary>The id of the rule, for example <c>cs-empty-catch</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule's title.</summary>
    public required string Title { get; init; }

    /// <summary><c>security</c>, <c>performance</c> or <c>quality</c>.</summary>
    public required string Category { get; init; }

    /// <summary><c>HIGH</c>, <c>MEDIUM</c> or <c>LOW</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The weakness, for example <c>CWE-79</c>; null where none applies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cwe { get; init; }

    /// <summary>The file, relative to the workspace, with '/'.</summary>
    public required string File { get; init; }

    /// <summary>The first line, from 1.</summary>
    public required int StartLine { get; init; }

    /// <summary>The last line, inclusive.</summary>
    public required int EndLine { get; init; }

    /// <summary>What is wrong here.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Remedy { get; init; }

    /// <summary>The text at the lines, a literal part of the file; secrets are the exception: they are blanked.</summary>
    public required string Snippet { get; init; }

    /// <summary>A mechanical repair; null where it takes a person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FindingFix? Fix { get; init; }
}

namespace Agents.Developer;

/// <summary>A repair that was worked out on a copy, or why there is none.</summary>
public sealed record FixResult
{
    /// <summary>Whether there is a repair.</summary>
    public required bool Applied { get; init; }

    /// <summary>The file, relative to the workspace; empty when there is no repair.</summary>
    public string File { get; init; } = "";

    /// <summary>The rule whose finding is repaired; empty when there is no repair.</summary>
    public string Rule { get; init; } = "";

    /// <summary>A unified diff that <c>git apply</c> takes; empty when there is no repair.</summary>
    public string Diff { get; init; } = "";

    /// <summary>What the repair does.</summary>
    public string Description { get; init; } = "";

    /// <summary>The lines before.</summary>
    public string Before { get; init; } = "";

    /// <summary>The lines after.</summary>
    public string After { get; init; } = "";

    /// <summary>What was checked, and which findings were passed over and why.</summary>
    public required string Note { get; init; }
}

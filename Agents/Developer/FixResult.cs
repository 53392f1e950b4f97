using System.ComponentModel;

namespace Agents.Developer;

/// <summary>Repairs that were worked out on a copy, or why there are none.</summary>
public sealed record FixResult
{
    /// <summary>Whether there is a repair.</summary>
    public required bool Applied { get; init; }

    /// <summary>The file, relative to the workspace; empty when there is no repair, or when there are repairs in several files.</summary>
    public string File { get; init; } = "";

    /// <summary>The rule whose findings are repaired; empty when there is no repair, or when there are repairs of several rules.</summary>
    public string Rule { get; init; } = "";

    /// <summary>One unified diff of all files that <c>git apply</c> takes; empty when there is no repair.</summary>
    public string Diff { get; init; } = "";

    /// <summary>What the repair does; of several, how many there are in how many files.</summary>
    public string Description { get; init; } = "";

    /// <summary>The repairs, in the order in which they were applied.</summary>
    public IReadOnlyList<AppliedFix> Fixes { get; init; } = [];

    /// <summary>Findings with a fix that was not applied.</summary>
    public IReadOnlyList<RefusedFix> NotApplied { get; init; } = [];

    /// <summary>What was checked, and which findings were passed over and why.</summary>
    public required string Note { get; init; }
}

/// <summary>A repair that is in the diff.</summary>
/// <param name="File">Relative to the workspace.</param>
/// <param name="Line">Where the finding is in the file as it was.</param>
/// <param name="Rule">The rule whose finding is repaired.</param>
/// <param name="Description">What the repair does.</param>
public sealed record AppliedFix(
    string File,
    [property: Description("In the file as it was.")] int Line,
    string Rule,
    string Description);

/// <summary>A repair that is not in the diff.</summary>
/// <param name="File">Relative to the workspace.</param>
/// <param name="Line">Where the finding is.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Reason">Why it was not applied.</param>
public sealed record RefusedFix(string File, int Line, string Rule, string Reason);

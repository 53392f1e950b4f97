using System.Text.Json;

namespace Agents.Reviewer.Outputs;

/// <summary>An output and what it was asked to be.</summary>
public sealed record OutputReviewRequest
{
    /// <summary>The output.</summary>
    public required JsonElement Output { get; init; }

    /// <summary>What was asked for; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the output must have.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Further criteria, in words; may be empty.</summary>
    public IReadOnlyList<string> Rubric { get; init; } = [];

    /// <summary>The score from which on the verdict is approved. Default 70.</summary>
    public int Threshold { get; init; } = Verdicts.DefaultThreshold;

    /// <summary>The files that the output speaks of; null when there are none.</summary>
    public string? Workspace { get; init; }
}

using Agents.Rules;
using Agents.Rules.Auditing;
using Agents.Workspaces;

namespace Agents.Reviewer;

/// <summary>What was found in the source.</summary>
public sealed record SourceOutput
{
    /// <summary>The part of the workspace; null when none was named.</summary>
    public string? Area { get; init; }

    /// <summary><c>security</c>, <c>performance</c> or <c>quality</c>.</summary>
    public required string Category { get; init; }

    /// <summary>The gravest first, then by file and line.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>How many findings there were before the limit.</summary>
    public required int FindingsTotal { get; init; }

    /// <summary>True when the limit on findings or files cut something off.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Findings that a comment in the source asked to leave out.</summary>
    public required int Suppressed { get; init; }

    /// <summary>Files that rules have read.</summary>
    public required int FilesScanned { get; init; }

    /// <summary>Lines in them.</summary>
    public required long LinesScanned { get; init; }

    /// <summary>The ids of the rules that were applied.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>What was left out, by reason.</summary>
    public required IReadOnlyList<Skipped> Skipped { get; init; }

    internal static SourceOutput Of(SourceReviewResult result, string? area) => new()
    {
        Area = area,
        Category = result.Category,
        Findings = result.Findings,
        FindingsTotal = result.FindingsTotal,
        Truncated = result.Truncated,
        Suppressed = result.Suppressed,
        FilesScanned = result.FilesScanned,
        LinesScanned = result.LinesScanned,
        Rules = result.Rules,
        Skipped = result.Skipped,
    };
}

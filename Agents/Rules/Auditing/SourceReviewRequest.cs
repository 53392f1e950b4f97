namespace Agents.Rules.Auditing;

/// <summary>What to look at.</summary>
public sealed record SourceReviewRequest
{
    /// <summary>The folder that holds the source; absolute.</summary>
    public required string Workspace { get; init; }

    /// <summary>Which rules; null means all.</summary>
    public Category? Category { get; init; }

    /// <summary>Files or folders to look at, relative to the workspace; null or empty means all of it.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Patterns of what to leave out.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>How many findings to keep, the gravest first. Default 500.</summary>
    public int MaxFindings { get; init; } = 500;

    /// <summary>Larger files are left out. Default 1,000,000.</summary>
    public long MaxFileBytes { get; init; } = 1_000_000;

    /// <summary>How many files to look at; the rest is said to be missing. Default 50,000.</summary>
    public int MaxFiles { get; init; } = 50_000;
}

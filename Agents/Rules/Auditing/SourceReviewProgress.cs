namespace Agents.Rules.Auditing;

/// <summary>How far a review is.</summary>
/// <param name="Files">Files read so far.</param>
/// <param name="Lines">Lines in them.</param>
/// <param name="Findings">Findings so far.</param>
public sealed record SourceReviewProgress(int Files, long Lines, int Findings);

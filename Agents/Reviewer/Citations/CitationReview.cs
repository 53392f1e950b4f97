namespace Agents.Reviewer.Citations;

/// <summary>The judgement of an answer's citations.</summary>
public sealed record CitationReview : Review
{
    /// <summary>How many citations were looked up.</summary>
    public required int Checked { get; init; }

    /// <summary>How many stand literally in the lines they name.</summary>
    public required int Confirmed { get; init; }

    /// <summary>The others, and why.</summary>
    public required IReadOnlyList<RefutedCitation> Refuted { get; init; }
}

/// <summary>A citation that does not hold.</summary>
/// <param name="File">The file it names.</param>
/// <param name="StartLine">The line it names.</param>
/// <param name="EndLine">The last line it names.</param>
/// <param name="Reason">Why it does not hold.</param>
public sealed record RefutedCitation(string File, int StartLine, int EndLine, string Reason);

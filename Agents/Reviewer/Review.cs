namespace Agents.Reviewer;

/// <summary>The judgement of an output.</summary>
public record Review
{
    /// <summary>0 to 100.</summary>
    public required int Score { get; init; }

    /// <summary><c>approved</c>, <c>revise</c> or <c>rejected</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>One or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>What is wrong, the gravest first.</summary>
    public required IReadOnlyList<ReviewFinding> Findings { get; init; }

    /// <summary>What the score is made of.</summary>
    public required IReadOnlyList<ReviewCriterion> Criteria { get; init; }

    /// <summary>What a model said that does not hold and was dropped, and what it did not read; empty without a model.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

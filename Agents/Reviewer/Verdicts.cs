using Agents.Reviewer.Judging;

namespace Agents.Reviewer;

/// <summary>From criteria and findings to a score and a verdict.</summary>
internal static class Verdicts
{
    public const int DefaultThreshold = 70;
    private const int RejectBelow = 40;

    /// <summary>
    /// The weighted mean of the criteria. A HIGH finding keeps the score below the threshold: something that is wrong is
    /// not made good by much that is right.
    /// </summary>
    public static Review Give(IReadOnlyList<ReviewCriterion> criteria, IReadOnlyList<ReviewFinding> findings, int threshold)
    {
        var total = criteria.Sum(c => c.Weight);
        var score = total <= 0 ? 0 : (int)Math.Round(criteria.Sum(c => c.Score * c.Weight) / total);
        var high = findings.Count(f => f.Severity == "HIGH");
        if (high > 0)
        {
            score = Math.Min(score, Math.Max(0, threshold - 1));
        }

        var verdict = score >= threshold ? "approved" : score < Math.Min(RejectBelow, threshold) ? "rejected" : "revise";
        return new Review
        {
            Score = score,
            Verdict = verdict,
            Summary = Summarise(score, threshold, findings, high),
            Findings = [.. findings.OrderBy(f => Rank(f.Severity)).Take(50)],
            Criteria = [.. criteria.Select(c => c with { Weight = Math.Round(c.Weight / Math.Max(total, 0.0001), 3) })],
        };
    }

    private static string Summarise(int score, int threshold, IReadOnlyList<ReviewFinding> findings, int high)
    {
        var about = findings.Count == 0 ? "nothing to object to" : $"{findings.Count} finding{(findings.Count == 1 ? "" : "s")}, {high} of them HIGH{FromModel(findings)}";
        return $"{score} of 100 (threshold {threshold}): {about}.";
    }

    private static string FromModel(IReadOnlyList<ReviewFinding> findings) =>
        findings.Count(f => f.Source == ModelJudge.Source) is > 0 and var count ? $", {count} from a model" : "";

    private static int Rank(string severity) => severity switch
    {
        "HIGH" => 0,
        "MEDIUM" => 1,
        _ => 2,
    };
}

using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Reviewer.Citations;

/// <summary>Looks every citation up: the quote must stand literally in the lines it names. Only line ends may differ.</summary>
public static class CitationCheck
{
    private const int MostCitations = 2_000;
    private static readonly Regex Marker = new(@"\[(?<n>\d{1,4})\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    /// <summary>Checks citations.</summary>
    /// <param name="root">The workspace's folder; absolute.</param>
    /// <param name="citations">The citations; at most 2,000.</param>
    /// <param name="answer">The text that they support; null when there is none.</param>
    /// <param name="threshold">The score from which on the verdict is approved.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="WorkspaceException">The workspace cannot be used, or there are too many citations.</exception>
    public static async Task<CitationReview> RunAsync(string root, IReadOnlyList<Citation> citations, string? answer = null, int threshold = 70, CancellationToken cancellationToken = default)
    {
        if (citations.Count > MostCitations)
        {
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"citations: {citations.Count} are more than {MostCitations}.");
        }

        var workspace = Workspace.Open(root);
        var files = new Dictionary<string, (TextFile? Text, string? Reason)>(StringComparer.Ordinal);
        var refuted = new List<RefutedCitation>();
        foreach (var citation in citations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!files.TryGetValue(citation.File, out var file))
            {
                files[citation.File] = file = await OpenAsync(workspace, citation.File, cancellationToken);
            }

            var reason = file.Text is null ? file.Reason : Refute(file.Text, citation);
            if (reason is not null)
            {
                refuted.Add(new RefutedCitation(citation.File, citation.StartLine, citation.EndLine, reason));
            }
        }

        return Judge(citations, refuted, answer, threshold);
    }

    private static async Task<(TextFile? Text, string? Reason)> OpenAsync(Workspace workspace, string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await workspace.ReadAsync(file, cancellationToken: cancellationToken), null);
        }
        catch (WorkspaceException e)
        {
            return (null, e.Message);
        }
    }

    private static string? Refute(TextFile file, Citation citation)
    {
        if (!file.HasRange(citation.StartLine, citation.EndLine))
        {
            return $"the file has {file.LineCount} lines, not lines {citation.StartLine} to {citation.EndLine}";
        }

        var quote = citation.Quote.ReplaceLineEndings("\n");
        if (quote.Trim().Length == 0)
        {
            return "the quote is empty";
        }

        if (file.Quote(citation.StartLine, citation.EndLine).ReplaceLineEndings("\n").Contains(quote, StringComparison.Ordinal))
        {
            return null;
        }

        var whole = file.Text.ReplaceLineEndings("\n");
        var elsewhere = whole.IndexOf(quote, StringComparison.Ordinal);
        return elsewhere < 0
            ? "the quote does not stand in the file"
            : $"the quote stands at line {whole.AsSpan(0, elsewhere).Count('\n') + 1}, not in the lines named";
    }

    private static CitationReview Judge(IReadOnlyList<Citation> citations, List<RefutedCitation> refuted, string? answer, int threshold)
    {
        var confirmed = citations.Count - refuted.Count;
        var findings = refuted.Select(r => new ReviewFinding("HIGH", "Citation does not hold", $"{r.File}:{r.StartLine}: {r.Reason}.", r.File, r.StartLine, "Quote the lines exactly, or drop the claim.")).ToList();
        var quotes = citations.Count == 0 ? 100 : (int)Math.Round(100.0 * confirmed / citations.Count);
        List<ReviewCriterion> criteria = [new("quotes", quotes, 0.8, citations.Count == 0 ? "There are no citations." : $"{confirmed} of {citations.Count} quotes stand literally in the lines named.")];
        if (!string.IsNullOrWhiteSpace(answer))
        {
            var bad = Marker.Matches(answer).Select(m => int.Parse(m.Groups["n"].ValueSpan)).Where(n => n < 1 || n > citations.Count).Distinct().Order().ToList();
            findings.AddRange(bad.Select(n => new ReviewFinding("MEDIUM", "Reference without a citation", $"The answer refers to [{n}], and there are {citations.Count} citations.")));
            var score = bad.Count == 0 ? 100 : Math.Max(0, 100 - (25 * bad.Count));
            criteria.Add(new ReviewCriterion("references", score, 0.2, bad.Count == 0 ? "Every reference in the answer leads to a citation." : $"{bad.Count} references lead nowhere."));
        }

        var review = Verdicts.Give(criteria, findings, threshold);
        return new CitationReview
        {
            Score = review.Score,
            Verdict = review.Verdict,
            Summary = $"{confirmed} of {citations.Count} citations confirmed. {review.Summary}",
            Findings = review.Findings,
            Criteria = review.Criteria,
            Checked = citations.Count,
            Confirmed = confirmed,
            Refuted = refuted,
        };
    }
}

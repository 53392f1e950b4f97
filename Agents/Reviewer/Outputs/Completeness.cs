using System.Text.RegularExpressions;

namespace Agents.Reviewer.Outputs;

/// <summary>Is there an output, and is it finished?</summary>
internal static class Completeness
{
    private const double Weight = 0.3;
    private static readonly Regex Placeholder = new(
        @"\b(TODO|TBD|FIXME|lorem ipsum|to be (done|written|determined)|not (yet )?implemented)\b|<(insert|your|fill)[^>]{0,40}>|\[(insert|your|placeholder)[^\]]{0,40}\]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(2));

    // What quotes the workspace may well quote its TODOs.
    private static readonly string[] Quoted = ["snippet", "quote", "before", "after", "diff", "replacement", "message", "text", "answer", "content"];

    public static ReviewCriterion Judge(OutputText output, List<ReviewFinding> findings)
    {
        var words = output.Texts.Sum(t => t.Text.Length);
        if (words == 0 && output.Figures == 0)
        {
            findings.Add(new ReviewFinding("HIGH", "Nothing in it", "The output holds no text and no figures.", Remedy: "Do the task."));
            return new ReviewCriterion("completeness", 0, 1, "The output is empty.");
        }

        var score = 100;
        foreach (var (path, text) in output.Texts.Where(t => !IsQuote(t.Path)))
        {
            if (Placeholder.Match(text) is { Success: true } match)
            {
                score -= 30;
                findings.Add(new ReviewFinding("MEDIUM", "Placeholder left", $"{path} says \"{match.Value}\".", Remedy: "Write what belongs there."));
            }
        }

        foreach (var name in new[] { "summary", "answer", "report", "description" })
        {
            if (output.Property(name) is { } text && string.IsNullOrWhiteSpace(text) && !SaysWhy(output))
            {
                score -= 40;
                findings.Add(new ReviewFinding("MEDIUM", "Empty field", $"output.{name} is empty.", Remedy: "Fill it, or say what is missing and why."));
            }
        }

        return new ReviewCriterion("completeness", Math.Max(0, score), Weight, $"{output.Texts.Count} texts, {output.Figures} figures, {output.Nulls} nulls.");
    }

    private static bool IsQuote(string path) => Quoted.Any(q => path.EndsWith("." + q, StringComparison.Ordinal)) || path.Contains(".files.", StringComparison.Ordinal);

    /// <summary>An empty answer is complete when it says why.</summary>
    private static bool SaysWhy(OutputText output) => output.Property("note") is { Length: > 0 } || output.Objects[0].Value.TryGetProperty("missing", out var missing) && missing.ValueKind == System.Text.Json.JsonValueKind.Array && missing.GetArrayLength() > 0;
}

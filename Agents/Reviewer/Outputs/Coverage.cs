using System.Text.RegularExpressions;

namespace Agents.Reviewer.Outputs;

/// <summary>Does the output speak of what was required? Told by the words that carry a requirement's meaning.</summary>
internal static class Coverage
{
    private const double Enough = 0.5;
    private const int StemLength = 6;
    private static readonly Regex Word = new(@"[A-Za-z][A-Za-z0-9_+#.-]{2,}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    private static readonly HashSet<string> Empty = new(StringComparer.OrdinalIgnoreCase)
    {
        "the", "and", "for", "with", "that", "this", "from", "are", "all", "each", "every", "any", "must", "should", "shall", "have", "has", "not", "but", "its",
        "into", "which", "what", "when", "where", "who", "how", "one", "give", "gives", "name", "names", "say", "says", "tell", "tells", "list", "lists", "contain",
        "contains", "include", "includes", "output", "result", "results", "there", "their", "them", "than", "more", "least", "most", "only", "also", "can", "will",
    };

    /// <summary>Null when nothing was required.</summary>
    public static ReviewCriterion? Judge(string name, IReadOnlyList<string> requirements, OutputText output, double weight, List<ReviewFinding> findings)
    {
        var asked = requirements.Where(r => Terms(r).Count > 0).Take(100).ToList();
        if (asked.Count == 0)
        {
            return null;
        }

        // Names of fields count as words: an output with "citations" speaks of citations.
        var known = output.Texts.SelectMany(t => Terms(t.Text)).Concat(output.Texts.SelectMany(t => Terms(Spaced(t.Path)))).Concat(output.Objects.SelectMany(o => Terms(Spaced(o.Path))))
            .Concat(output.Objects.SelectMany(o => o.Value.EnumerateObject().SelectMany(p => Terms(Spaced(p.Name))))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var met = 0;
        foreach (var requirement in asked)
        {
            var terms = Terms(requirement);
            var missing = terms.Where(t => !known.Contains(t)).ToList();
            if (1.0 - ((double)missing.Count / terms.Count) >= Enough)
            {
                met++;
            }
            else
            {
                findings.Add(new ReviewFinding("MEDIUM", $"Not seen: {name}", $"The output says little of \"{Short(requirement)}\".", Remedy: "Answer it, or say why it cannot be answered."));
            }
        }

        return new ReviewCriterion(name, (int)Math.Round(100.0 * met / asked.Count), weight, $"{met} of {asked.Count} are spoken of.");
    }

    /// <summary>Words by their beginning, so that "finding" and "findings" are one.</summary>
    private static HashSet<string> Terms(string text) =>
        Word.Matches(text.Length > 2_000_000 ? text[..2_000_000] : text).Select(m => m.Value.Trim('.', '-')).Where(w => w.Length > 2 && !Empty.Contains(w))
            .Select(w => (w.Length > StemLength ? w[..StemLength] : w.TrimEnd('s')).ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

    private static string Spaced(string name) => name.Replace('_', ' ').Replace('.', ' ');

    private static string Short(string text) => text.Length <= 120 ? text : text[..120] + "...";
}

using System.Text.RegularExpressions;
using Agents.Researcher.Contracts;
using Agents.Researcher.Retrieval;
using Agents.Researcher.Text;

namespace Agents.Researcher.Scoping;

/// <summary>
/// Takes a request apart into questions that can be looked up one by one: at sentences and lists, and where a conjunction is
/// followed by a new question. A part that only points back ("that limit") is told what it points to. No language model.
/// </summary>
internal static partial class QuestionScope
{
    private const int MostParts = 12;
    private static readonly HashSet<string> Pointers = ["it", "its", "that", "this", "they", "them", "their", "these", "those", "there", "one", "ones", "both"];

    public static IReadOnlyList<SubQuestion> Split(string question)
    {
        List<SubQuestion> parts = [];
        IReadOnlyList<string> before = [];
        foreach (var text in Parts(question))
        {
            var terms = Terms(text);
            var pointsBack = before.Count > 0 && Words.Of(text).Exists(word => Pointers.Contains(word.Text)) && terms.Count <= 4;
            if (terms.Count == 0 && !pointsBack)
                continue;
            var whole = Sentence(text);
            if (pointsBack)
            {
                var added = before.Except(terms, StringComparer.OrdinalIgnoreCase).ToList();
                if (added.Count > 0)
                    whole = $"{whole.TrimEnd('?', '.')} (about {string.Join(", ", added)})?";
                terms = [.. terms, .. added];
            }

            if (parts.Count == MostParts || parts.Exists(known => known.Text == whole))
                break;
            parts.Add(new SubQuestion($"q{parts.Count + 1}", whole, terms));
            before = terms;
        }

        return parts.Count > 0 ? parts : [new SubQuestion("q1", question.Trim(), Terms(question))];
    }

    private static IReadOnlyList<string> Terms(string text) => [.. Query.Parse(text).Concepts.Select(concept => concept.Text).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static IEnumerable<string> Parts(string question)
    {
        foreach (var sentence in SentenceEnd().Split(question))
        {
            var text = Marker().Replace(sentence, "").Trim();
            if (text.Length == 0)
                continue;
            foreach (var part in Conjunctions(text))
                yield return part;
        }
    }

    // "… and how do I …": what follows is a question of its own. "A and B" within one is not.
    private static IEnumerable<string> Conjunctions(string text)
    {
        var start = 0;
        foreach (Match match in NewQuestion().Matches(text))
        {
            if (Terms(text[start..match.Index]).Count == 0)
                continue;
            yield return text[start..match.Index].Trim(' ', ',', ';');
            start = match.Groups["next"].Index;
        }

        yield return text[start..].Trim(' ', ',', ';');
    }

    private static string Sentence(string text)
    {
        text = text.Trim();
        if (text.Length > 0 && char.IsLower(text[0]))
            text = char.ToUpperInvariant(text[0]) + text[1..];
        return QuestionStart().IsMatch(text) && !text.EndsWith('?') ? text.TrimEnd('.') + "?" : text;
    }

    [GeneratedRegex(@"(?<=[?!])\s+|(?<=[a-z)""'`]\.)\s+(?=[A-Z])|\r?\n+|;\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^\s*(?:[-*•]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();

    [GeneratedRegex(@"(?:,|;)?\s+(?:and|or|but|as well as|also|plus|then)\s+(?:also\s+|then\s+)?(?<next>(?:in|at|on|by|for|to|from|with|since)?\s*(?:how|what|which|who|whom|whose|when|where|why|whether)\b|(?:is|are|does|do|can|could|should|will|would|has|have)\s+(?:it|its|there|they|the|a|an|i|we|you|this|that|these|those)\b|(?:explain|describe|list|compare|find|show|tell|summari[sz]e|give)\b)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewQuestion();

    [GeneratedRegex(@"^(?:how|what|which|who|whom|whose|when|where|why|is|are|does|do|did|can|could|should|will|would|has|have)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuestionStart();
}

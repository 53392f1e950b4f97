using System.Text.RegularExpressions;

namespace Orchestrator.Planning;

/// <summary>
/// Chooses a playbook for a request, by a score that can be worked out by hand: 1 for each keyword in the text, 2 for
/// each phrase; 1 more when the workspace holds what the playbook wants and 1 less when it holds something else; 2 for
/// a question, for playbooks that answer questions. The highest score wins; the playbook for questions wins a tie, then
/// the alphabet decides. A question needs a score of 2, anything else a score of 1.
/// </summary>
internal static partial class Classifier
{
    private static readonly HashSet<string> s_questionWords =
    [
        "what", "whats", "which", "who", "whom", "whose", "when", "where", "why", "how", "is", "are", "was", "were",
        "does", "do", "did", "can", "could", "should", "would", "will", "may", "must", "has", "have",
    ];

    /// <summary>The choice, and why; null: nothing fits.</summary>
    public static Choice? Choose(string request, IEnumerable<Playbook> playbooks, WorkspaceSurvey? survey)
    {
        var words = Words(request);
        var question = IsQuestion(request, words);
        var best = playbooks.Select(playbook => Score(playbook, words, question, survey))
            .Where(choice => choice.Score >= (question ? 2 : 1))
            .OrderByDescending(choice => choice.Score)
            .ThenByDescending(choice => question && choice.Playbook.Match.Questions)
            .ThenBy(choice => choice.Playbook.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best;
    }

    /// <summary>Lower-case words, without their endings.</summary>
    public static IReadOnlyList<string> Words(string text) =>
        [.. WordPattern().Matches(text.ToLowerInvariant()).Select(match => Stem(match.Value))];

    /// <summary>Whether a text asks something: it ends a sentence with '?', or begins like a question.</summary>
    public static bool IsQuestion(string request) => IsQuestion(request, Words(request));

    private static bool IsQuestion(string request, IReadOnlyList<string> words) =>
        QuestionMark().IsMatch(request)
        || (words.Count > 1 && s_questionWords.Contains(WordPattern().Match(request.ToLowerInvariant()).Value.Replace("'", "")));

    private static Choice Score(Playbook playbook, IReadOnlyList<string> words, bool question, WorkspaceSurvey? survey)
    {
        var present = words.ToHashSet(StringComparer.Ordinal);
        var keywords = playbook.Match.Keywords.Where(keyword => present.Contains(Words(keyword)[0])).ToList();
        var phrases = playbook.Match.Phrases.Where(phrase => Contains(words, Words(phrase))).ToList();
        var score = keywords.Count + 2 * phrases.Count;
        var reasons = new List<string>();
        if (score > 0)
            reasons.Add($"matched {string.Join(", ", keywords.Concat(phrases).Select(match => $"'{match}'"))}");
        if (question && playbook.Match.Questions)
        {
            score += 2;
            reasons.Add("a question");
        }

        if (score > 0 && survey is not null)
        {
            if (playbook.Match.Holds is { } wanted && survey.Total > 0)
                score += survey.Holds(wanted) ? 1 : -1;
            reasons.Add(survey.Describe());
        }

        return new Choice(playbook, score, $"{playbook.Name}: {string.Join("; ", reasons)}");
    }

    private static bool Contains(IReadOnlyList<string> words, IReadOnlyList<string> phrase)
    {
        for (var start = 0; phrase.Count > 0 && start + phrase.Count <= words.Count; start++)
        {
            var length = 0;
            while (length < phrase.Count && words[start + length] == phrase[length])
                length++;
            if (length == phrase.Count)
                return true;
        }

        return false;
    }

    // Just enough for "audits", "audited", "auditing" and "vulnerabilities"; both sides are cut alike.
    private static string Stem(string word)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("’s", StringComparison.Ordinal))
            word = word[..^2];
        if (word.Length > 5 && word.EndsWith("ies", StringComparison.Ordinal))
            return word[..^3] + "y";
        if (word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal))
            return word[..^3].TrimEnd('e');
        if (word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal))
            return word[..^2].TrimEnd('e');
        if (word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal))
            word = word[..^1];
        return word.Length > 4 ? word.TrimEnd('e') : word;
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(['’_-][\p{L}\p{N}]+)*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\?[\s""')\]]*($|\s)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuestionMark();

    /// <summary>A playbook, how well it fits, and why.</summary>
    public sealed record Choice(Playbook Playbook, int Score, string Reason);
}

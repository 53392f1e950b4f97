using System.Text.RegularExpressions;
using Agents.Researcher.Text;

namespace Agents.Researcher.Retrieval;

/// <summary>A question, read: what it is about, what it quotes, and whether it wants a number.</summary>
internal sealed partial class Query
{
    private const double SynonymWorth = 0.7;
    private static readonly HashSet<string> Measures = ["long", "often", "far", "old", "big", "large", "fast", "soon"];

    private Query(string text, IReadOnlyList<Concept> concepts, IReadOnlyList<string> quotes, bool wantsNumber)
    {
        Text = text;
        Concepts = concepts;
        Quotes = quotes;
        WantsNumber = wantsNumber;
    }

    public string Text { get; }

    public IReadOnlyList<Concept> Concepts { get; }

    /// <summary>What stands in quotation marks or backticks: an answer has to hold it literally.</summary>
    public IReadOnlyList<string> Quotes { get; }

    /// <summary>How long, how many, when, which version: an answer likely has a digit.</summary>
    public bool WantsNumber { get; }

    public static Query Parse(string question)
    {
        var quotes = Quoted().Matches(question).Select(match => match.Groups["q"].Value.Trim()).Where(quote => quote.Length > 1).ToList();
        var words = Words.Of(question).Where(word => word.Whole).ToList();
        List<Concept> concepts = [];
        for (var i = 0; i < words.Count;)
        {
            var phrase = Phrase(words, i);
            if (phrase.Length > 1)
            {
                concepts.Add(new Concept(Surface(question, words, i, phrase.Length), phrase.Wordings, Key: false));
                i += phrase.Length;
                continue;
            }

            if (!Skips(words, i) && Single(question, words, i) is { } concept && !concepts.Exists(known => known.Wordings[0].Stems.SequenceEqual(concept.Wordings[0].Stems)))
                concepts.Add(concept);
            i++;
        }

        return new Query(question, concepts, quotes, NumberCue().IsMatch(question));
    }

    // "how long" asks for a number and is about nothing.
    private static bool Skips(List<Word> words, int i) =>
        StopWords.Contains(words[i].Text) || (i > 0 && words[i - 1].Text == "how" && Measures.Contains(words[i].Text));

    private static (int Length, List<Wording> Wordings) Phrase(List<Word> words, int start)
    {
        for (var length = Math.Min(Thesaurus.LongestPhrase, words.Count - start); length > 1; length--)
        {
            var stems = words.GetRange(start, length).ConvertAll(word => word.Stem);
            var others = Thesaurus.OfPhrase(stems);
            if (others.Count == 0)
                continue;
            List<Wording> wordings = [];
            var own = words.GetRange(start, length).Where(word => !StopWords.Contains(word.Text)).Select(word => word.Stem).ToArray();
            if (own.Length > 0)
                wordings.Add(new Wording(own, 1));
            wordings.AddRange(others.Select(other => new Wording(other, own.Length > 1 ? 1 : SynonymWorth + 0.2)));
            return (length, wordings);
        }

        return (1, []);
    }

    private static Concept Single(string question, List<Word> words, int i)
    {
        var word = words[i];
        List<Wording> wordings = [new([word.Stem], 1)];
        var parts = Words.Of(question.Substring(word.Offset, Math.Min(word.Text.Length, question.Length - word.Offset))).Where(part => !part.Whole).Select(part => part.Stem).ToArray();
        if (parts.Length > 1)
            wordings.Add(new Wording(parts, 0.9));
        wordings.AddRange(Thesaurus.Of(word.Stem).Select(other => new Wording(other, SynonymWorth)));
        // "web socket" may be written as one word.
        if (i + 1 < words.Count && words[i + 1].Offset == word.Offset + word.Text.Length + 1)
            wordings.Add(new Wording([Stemmer.Stem(word.Text + words[i + 1].Text)], 1));
        if (i > 0 && word.Offset == words[i - 1].Offset + words[i - 1].Text.Length + 1 && !StopWords.Contains(words[i - 1].Text))
            wordings.Add(new Wording([Stemmer.Stem(words[i - 1].Text + word.Text)], 1));
        return new Concept(question.Substring(word.Offset, Math.Min(word.Text.Length, question.Length - word.Offset)), wordings, IsKey(question, word, parts.Length > 1));
    }

    private static bool IsKey(string question, Word word, bool identifier)
    {
        if (identifier || word.Text.Any(char.IsDigit) || IsJoined(question, word))
            return true;
        // A capital that does not open a sentence is a name.
        var before = question[..word.Offset].TrimEnd();
        return char.IsUpper(question[word.Offset]) && before.Length > 0 && before[^1] is not ('.' or '?' or '!' or ':' or '"' or '-');
    }

    // ctrl+c, semver.satisfies, --seed, @types/node: not words of everyday language.
    private static bool IsJoined(string question, Word word)
    {
        const string Joints = "+._/@`$#:";
        var end = word.Offset + word.Text.Length;
        var before = word.Offset > 0 && (Joints.Contains(question[word.Offset - 1]) || question[..word.Offset].EndsWith("--", StringComparison.Ordinal));
        return before || (end + 1 < question.Length && Joints.Contains(question[end]) && (char.IsLetterOrDigit(question[end + 1]) || question[end] == '`'));
    }

    private static string Surface(string question, List<Word> words, int start, int length)
    {
        var last = words[start + length - 1];
        return question[words[start].Offset..Math.Min(question.Length, last.Offset + last.Text.Length)];
    }

    [GeneratedRegex("\"(?<q>[^\"]+)\"|“(?<q>[^”]+)”|`(?<q>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bhow (?:long|many|much|often|far|old|big|large|deep|fast|soon)\b|\bwhen\b|\bversions?\b|\blimit\b|\bmaximum\b|\bminimum\b|\b(?:long|larg|high|small|short|low)est\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberCue();
}

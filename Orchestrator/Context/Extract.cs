namespace Orchestrator.Context;

/// <summary>A short version of a text out of its own sentences.</summary>
internal static class Extract
{
    private static readonly char[] s_ends = ['.', '!', '?', '\n', ';', '}'];

    /// <summary>The words that count, in lower case: four letters or more, cut to their first seven, so that endings do not tell them apart.</summary>
    public static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isLetter = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (isLetter && start < 0)
            {
                start = i;
            }
            else if (!isLetter && start >= 0)
            {
                if (i - start >= 4)
                {
                    words.Add(text.Substring(start, Math.Min(7, i - start)).ToLowerInvariant());
                }

                start = -1;
            }
        }

        return words;
    }

    /// <summary>Share of the wanted words that the text has, from 0 to 1.</summary>
    public static double Relevance(string text, IReadOnlySet<string> wanted) =>
        wanted.Count == 0 ? 0 : Words(text).Count(wanted.Contains) / (double)wanted.Count;

    /// <summary>The sentences that say most of what is wanted, and the first one, in their order, with … for what is left out.</summary>
    /// <param name="tokens">At most so many, by <see cref="TokenEstimate"/>.</param>
    /// <returns>Empty: not even one sentence fits.</returns>
    public static string Summary(string text, IReadOnlySet<string> wanted, int tokens)
    {
        var sentences = Sentences(text);
        var taken = new SortedSet<int>();
        var left = tokens - 1;
        foreach (var index in Enumerable.Range(0, sentences.Count).OrderByDescending(i => Words(sentences[i]).Count(wanted.Contains) + (i == 0 ? 0.5 : 0)).ThenBy(i => i))
        {
            var cost = TokenEstimate.Of(sentences[index]) + 2;
            if (cost <= left)
            {
                taken.Add(index);
                left -= cost;
            }
        }

        var before = -1;
        var parts = new List<string>();
        foreach (var index in taken)
        {
            parts.Add((index > before + 1 ? "… " : "") + sentences[index].Trim());
            before = index;
        }

        return taken.Count == 0 ? "" : string.Join(' ', parts) + (before < sentences.Count - 1 ? " …" : "");
    }

    private static List<string> Sentences(string text)
    {
        var sentences = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i - start >= 400 || (s_ends.Contains(text[i]) && (i + 1 == text.Length || char.IsWhiteSpace(text[i]) || char.IsWhiteSpace(text[i + 1]) || text[i] == '}')))
            {
                Add(i + 1);
            }
        }

        Add(text.Length);
        return sentences;

        void Add(int end)
        {
            if (!string.IsNullOrWhiteSpace(text[start..end]))
            {
                sentences.Add(text[start..end]);
            }

            start = end;
        }
    }
}

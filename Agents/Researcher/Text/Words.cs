namespace Agents.Researcher.Text;

/// <summary>A word of a text.</summary>
/// <param name="Text">As written, in lower case.</param>
/// <param name="Stem">What is compared.</param>
/// <param name="Position">Its place among the words: the parts of an identifier share the places they take up.</param>
/// <param name="Offset">Where it starts in the text.</param>
/// <param name="Whole">False for a part of an identifier that is also there as a whole.</param>
internal readonly record struct Word(string Text, string Stem, int Position, int Offset, bool Whole);

/// <summary>
/// Cuts a text into words: letters and digits of any script; versions ("1.2") stay together; identifiers
/// (<c>idleTimeout</c>, <c>MAX_AGE</c>) are there as a whole and in parts.
/// </summary>
internal static class Words
{
    private const int LongestWord = 60;

    public static List<Word> Of(string text)
    {
        List<Word> words = [];
        var position = 0;
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var end = End(text, i);
            if (end - i <= LongestWord)
                position = Add(words, text, i, end, position);
            i = end;
        }

        return words;
    }

    private static int End(string text, int start)
    {
        var i = start;
        while (i < text.Length)
        {
            var c = text[i];
            var inner = i + 1 < text.Length && i > start && (
                (c == '_' && char.IsLetterOrDigit(text[i + 1]))
                || (c is '\'' or '’' && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]))
                || (c == '.' && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1])));
            if (!char.IsLetterOrDigit(c) && !inner)
                break;
            i++;
        }

        return i;
    }

    private static int Add(List<Word> words, string text, int start, int end, int position)
    {
        if (end - start > 2 && text[end - 1] == 's' && !text.AsSpan(start, end - start - 1).ContainsAnyExceptInRange('A', 'Z'))
            return AddAcronyms(words, text, start, end, position);
        var whole = text[start..end].ToLowerInvariant().Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal);
        words.Add(new Word(whole, Stemmer.Stem(whole), position, start, true));
        var partStart = start;
        var parts = 0;
        for (var i = start + 1; i <= end; i++)
        {
            if (i < end && !Breaks(text, i, end))
                continue;
            if ((partStart > start || i < end) && i > partStart && text[partStart] != '\'')
            {
                var part = text[partStart..i].Trim('_').ToLowerInvariant();
                if (part.Length > 0)
                {
                    words.Add(new Word(part, Stemmer.Stem(part), position + parts, partStart, false));
                    parts++;
                }
            }

            partStart = i;
        }

        return position + Math.Max(1, parts);
    }

    // "CPUs" is the plural of "CPU".
    private static int AddAcronyms(List<Word> words, string text, int start, int end, int position)
    {
        var plural = text[start..end].ToLowerInvariant();
        words.Add(new Word(plural, plural[..^1], position, start, true));
        return position + 1;
    }

    // camelCase, HTTPServer, snake_case, utf8Bytes; but not 1.2, don't, v2.
    private static bool Breaks(string text, int i, int end)
    {
        char before = text[i - 1], here = text[i];
        if (before == '_')
            return true;
        if (char.IsUpper(here))
            return char.IsLower(before) || (char.IsUpper(before) && i + 1 < end && char.IsLower(text[i + 1])) || (char.IsDigit(before) && i + 1 < end && char.IsLower(text[i + 1]));
        return char.IsDigit(before) && char.IsLower(here) && i - 1 > 0;
    }
}

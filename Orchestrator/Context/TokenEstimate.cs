namespace Orchestrator.Context;

/// <summary>How many tokens a text is for a language model, without its tokenizer: within 15 % of cl100k_base on prose, code and data.</summary>
/// <remarks>
/// A tokenizer of that kind takes a common word with the space before it as one token, cuts long and foreign words into
/// pieces, numbers by three digits, and joins punctuation with the line break after it.
/// </remarks>
internal static class TokenEstimate
{
    /// <summary>Tokens, at least 1 unless the text is empty.</summary>
    public static int Of(string text)
    {
        var foreign = IsForeign(text);
        var tokens = 0.0;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var c = text[i];
            if (char.IsLetter(c))
            {
                i = Skip(text, i + 1, (before, at) => char.IsLetter(at) && !(char.IsAsciiLetterUpper(at) && char.IsAsciiLetterLower(before)));
                tokens += Word(i - start, foreign);
            }
            else if (char.IsAsciiDigit(c))
            {
                i = Skip(text, i + 1, (_, at) => char.IsAsciiDigit(at));
                tokens += Math.Ceiling((i - start) / 3.0);
            }
            else if (c == ' ')
            {
                i = Skip(text, i + 1, (_, at) => at == ' ');
                tokens += i - start > 1 ? 1 : 0; // a single space belongs to what follows
            }
            else if (c is '\n' or '\r')
            {
                i = Skip(text, i + 1, (_, at) => at is '\n' or '\r');
                tokens += start > 0 && IsMark(text[start - 1]) ? 0.3 : 1;
            }
            else
            {
                i = Skip(text, i + 1, (_, at) => IsMark(at));
                tokens += c > 127 ? i - start : Math.Ceiling((i - start) / 3.0);
            }
        }

        return (int)Math.Ceiling(tokens);
    }

    // Few words of other languages are tokens as a whole; their letters beyond ASCII give them away.
    private static bool IsForeign(string text)
    {
        var (letters, wide) = (0, 0);
        foreach (var c in text)
        {
            if (char.IsLetter(c))
            {
                letters++;
                wide += c > 127 ? 1 : 0;
            }
        }

        return wide > 0 && wide * 200L >= letters;
    }

    private static double Word(int length, bool foreign) => (length, foreign) switch
    {
        ( <= 4, true) or ( <= 9, false) => 1,
        (_, true) => 1 + ((length - 4) / 4.0),
        _ => 1 + ((length - 9) / 5.0),
    };

    private static bool IsMark(char c) => !char.IsLetter(c) && !char.IsAsciiDigit(c) && c is not (' ' or '\n' or '\r');

    private static int Skip(string text, int at, Func<char, char, bool> more)
    {
        while (at < text.Length && more(text[at - 1], text[at]))
        {
            at++;
        }

        return at;
    }
}

using System.Globalization;

namespace Agents.Rules.Regexes;

/// <summary>Reads character classes and escapes.</summary>
internal static class RegexClasses
{
    /// <summary>Reads the rest of a class whose '[' has been read.</summary>
    public static CharacterSet Read(string pattern, ref int at)
    {
        var set = new CharacterSet();
        var negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        var first = at;
        while (true)
        {
            if (at >= pattern.Length)
            {
                throw new FormatException("class not closed");
            }

            if (pattern[at] == ']' && (at > first || at + 1 >= pattern.Length))
            {
                at++;
                return negated ? set.Not() : set;
            }

            Member(pattern, ref at, set);
        }
    }

    /// <summary>Reads an escape whose backslash has been read.</summary>
    public static CharacterSet Escape(string pattern, ref int at)
    {
        var c = pattern[at++];
        switch (c)
        {
            case 'd':
                return CharacterSet.Of(char.IsAsciiDigit, others: false);
            case 'D':
                return CharacterSet.Of(x => !char.IsAsciiDigit(x), others: true);
            case 'w':
                return CharacterSet.Of(x => char.IsAsciiLetterOrDigit(x) || x == '_', others: false);
            case 'W':
                return CharacterSet.Of(x => !char.IsAsciiLetterOrDigit(x) && x != '_', others: true);
            case 's':
                return CharacterSet.Of(char.IsWhiteSpace, others: false);
            case 'S':
                return CharacterSet.Of(x => !char.IsWhiteSpace(x), others: true);
            case 'p' or 'P':
                throw new FormatException("Unicode category");
        }

        var set = new CharacterSet();
        var value = Character(c, pattern, ref at);
        set.Add(value, value);
        return set;
    }

    private static void Member(string pattern, ref int at, CharacterSet set)
    {
        int from;
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
        {
            at++;
            if ("dDwWsSpP".Contains(pattern[at], StringComparison.Ordinal))
            {
                set.Add(Escape(pattern, ref at));
                return;
            }

            from = Character(pattern[at++], pattern, ref at);
        }
        else
        {
            from = pattern[at++];
        }

        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            int to = pattern[at++];
            if (to == '\\' && at < pattern.Length)
            {
                to = Character(pattern[at++], pattern, ref at);
            }

            set.Add(from, Math.Max(from, to));
            return;
        }

        set.Add(from, from);
    }

    private static int Character(char c, string pattern, ref int at) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\f',
        'v' => '\v',
        '0' => 0,
        'x' => Hex(pattern, ref at, 2, c),
        'u' when at < pattern.Length && pattern[at] == '{' => Braced(pattern, ref at),
        'u' => Hex(pattern, ref at, 4, c),
        _ => c,
    };

    private static int Hex(string pattern, ref int at, int digits, char letter)
    {
        if (at + digits > pattern.Length || !int.TryParse(pattern.AsSpan(at, digits), NumberStyles.HexNumber, null, out var value))
        {
            return letter;
        }

        at += digits;
        return value;
    }

    private static int Braced(string pattern, ref int at)
    {
        var close = pattern.IndexOf('}', at);
        if (close < 0 || !int.TryParse(pattern.AsSpan(at + 1, close - at - 1), NumberStyles.HexNumber, null, out var value))
        {
            return 'u';
        }

        at = close + 1;
        return value;
    }
}

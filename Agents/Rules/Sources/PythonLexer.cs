namespace Agents.Rules.Sources;

/// <summary>Blanks comments and the insides of strings, formatted ones with their holes.</summary>
internal static class PythonLexer
{
    public static Lexed Lex(string text)
    {
        var code = text.ToCharArray();
        var regions = new List<Region>();
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (c == '#')
            {
                var end = text.IndexOf('\n', i);
                end = end < 0 ? text.Length : end;
                regions.Add(new Region(RegionKind.Comment, i, end));
                Blank(code, i, end);
                i = end;
            }
            else if (c is '"' or '\'')
            {
                var prefix = Prefix(text, i);
                var triple = i + 2 < text.Length && text[i + 1] == c && text[i + 2] == c;
                var end = End(text, i, c, triple);
                var quotes = triple ? 3 : 1;
                var formatted = text[prefix..i].Contains('f', StringComparison.OrdinalIgnoreCase);
                var hasHoles = formatted && HasHole(text, i + quotes, end - quotes);
                regions.Add(new Region(RegionKind.Text, prefix, end, hasHoles));
                var closing = end - quotes > i && text[end - 1] == c ? quotes : 0;
                Blank(code, i + quotes, Math.Max(i + quotes, end - closing));
                i = end;
            }
            else
            {
                i++;
            }
        }

        return new Lexed(new string(code), regions);
    }

    private static int Prefix(string text, int quote)
    {
        var start = quote;
        while (start > 0 && quote - start < 2 && "rRbBfFuU".Contains(text[start - 1], StringComparison.Ordinal))
        {
            start--;
        }

        var inWord = start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '_');
        return inWord ? quote : start;
    }

    private static int End(string text, int start, char quote, bool triple)
    {
        var i = start + (triple ? 3 : 1);
        while (i < text.Length)
        {
            if (text[i] == '\\')
            {
                i += 2;
                continue;
            }

            if (!triple && text[i] == '\n')
            {
                return i; // not closed: the rest of the file must not drown in it
            }

            if (text[i] == quote && (!triple || (i + 2 < text.Length && text[i + 1] == quote && text[i + 2] == quote)))
            {
                return i + (triple ? 3 : 1);
            }

            i++;
        }

        return text.Length;
    }

    private static bool HasHole(string text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (text[i] == '{')
            {
                if (i + 1 < end && text[i + 1] != '{')
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }

    private static void Blank(char[] code, int start, int end)
    {
        for (var i = start; i < end && i < code.Length; i++)
        {
            if (code[i] is not ('\n' or '\r'))
            {
                code[i] = ' ';
            }
        }
    }
}

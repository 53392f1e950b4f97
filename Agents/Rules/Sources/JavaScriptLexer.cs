namespace Agents.Rules.Sources;

/// <summary>Blanks comments, strings, templates (but not their holes) and regular expressions.</summary>
internal sealed class JavaScriptLexer
{
    private static readonly HashSet<string> BeforeRegex =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield", "instanceof"];

    private readonly string _text;
    private readonly char[] _code;
    private readonly List<Region> _regions = [];
    private readonly Stack<(int Start, int Depth)> _templates = new();
    private int _depth;
    private int _last = -1;

    private JavaScriptLexer(string text)
    {
        _text = text;
        _code = text.ToCharArray();
    }

    public static Lexed Lex(string text)
    {
        var lexer = new JavaScriptLexer(text);
        lexer.Run();
        lexer._regions.Sort((a, b) => a.Start.CompareTo(b.Start));
        return new Lexed(new string(lexer._code), lexer._regions);
    }

    private void Run()
    {
        var i = _text.StartsWith("#!", StringComparison.Ordinal) ? Close(RegionKind.Comment, 0, LineEnd(0), 0) : 0;
        while (i < _text.Length)
        {
            i = Next(i);
        }
    }

    private int Next(int i)
    {
        var c = _text[i];
        var next = i + 1 < _text.Length ? _text[i + 1] : '\0';
        switch (c)
        {
            case '/' when next == '/':
                return Close(RegionKind.Comment, i, LineEnd(i), 0);
            case '/' when next == '*':
                var end = _text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                return Close(RegionKind.Comment, i, end < 0 ? _text.Length : end + 2, 0);
            case '/' when RegexMayStart() && RegexEnd(i) is var regexEnd && regexEnd > 0:
                _last = regexEnd - 1;
                _regions.Add(new Region(RegionKind.Regex, i, regexEnd));
                Blank(i + 1, _text.LastIndexOf('/', regexEnd - 1));
                return regexEnd;
            case '"' or '\'':
                var quoteEnd = StringEnd(i, c);
                if (quoteEnd < 0)
                {
                    return i + 1; // an apostrophe in JSX text
                }

                _last = quoteEnd - 1;
                return Close(RegionKind.Text, i, quoteEnd, 1);
            case '`':
                _templates.Push((i, -1));
                return Template(i + 1);
            case '{':
                _depth++;
                break;
            case '}' when _templates.Count > 0 && _templates.Peek().Depth == _depth:
                _depth--;
                _last = i;
                return Template(i + 1);
            case '}':
                _depth--;
                break;
        }

        if (!char.IsWhiteSpace(c))
        {
            _last = i;
        }

        return i + 1;
    }

    /// <summary>Blanks the text of the innermost template from here up to a hole or its end.</summary>
    private int Template(int i)
    {
        var (start, depth) = _templates.Pop();
        while (i < _text.Length)
        {
            if (_text[i] == '`')
            {
                _regions.Add(new Region(RegionKind.Template, start, i + 1, depth >= 0));
                _last = i;
                return i + 1;
            }

            if (_text[i] == '$' && i + 1 < _text.Length && _text[i + 1] == '{')
            {
                _depth++;
                _templates.Push((start, _depth));
                return i + 2;
            }

            var length = _text[i] == '\\' ? 2 : 1;
            Blank(i, Math.Min(i + length, _text.Length));
            i += length;
        }

        return _text.Length;
    }

    private bool RegexMayStart()
    {
        if (_last < 0)
        {
            return true;
        }

        var c = _text[_last];
        if (char.IsLetterOrDigit(c) || c is '_' or '$')
        {
            var start = _last;
            while (start > 0 && (char.IsLetterOrDigit(_text[start - 1]) || _text[start - 1] is '_' or '$'))
            {
                start--;
            }

            return BeforeRegex.Contains(_text[start..(_last + 1)]);
        }

        return c is not (')' or ']' or '}' or '"' or '\'' or '`') && !(c == '/' && _code[_last] == '/' && _regions.Count > 0 && _regions[^1].End == _last + 1);
    }

    private int RegexEnd(int i)
    {
        var inClass = false;
        for (var j = i + 1; j < _text.Length && _text[j] != '\n'; j++)
        {
            switch (_text[j])
            {
                case '\\':
                    j++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    j++;
                    while (j < _text.Length && char.IsLetter(_text[j]))
                    {
                        j++;
                    }

                    return j;
            }
        }

        return -1;
    }

    private int StringEnd(int i, char quote)
    {
        for (var j = i + 1; j < _text.Length && _text[j] != '\n'; j++)
        {
            if (_text[j] == '\\')
            {
                j += j + 2 < _text.Length && _text[j + 1] == '\r' ? 2 : 1;
            }
            else if (_text[j] == quote)
            {
                return j + 1;
            }
        }

        return -1;
    }

    private int LineEnd(int i)
    {
        var end = _text.IndexOf('\n', i);
        return end < 0 ? _text.Length : end;
    }

    private int Close(RegionKind kind, int start, int end, int keep)
    {
        _regions.Add(new Region(kind, start, end));
        Blank(start + keep, end - keep);
        return end;
    }

    private void Blank(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (_code[i] is not ('\n' or '\r'))
            {
                _code[i] = ' ';
            }
        }
    }
}

using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>Finds logical lines and, by their indentation, blocks.</summary>
internal static class PythonStructure
{
    private static readonly Regex Head = Pattern.Timed(@"^(?:(async)\s+)?(def|for|while|if|elif|else|try|except|finally|with|class)\b\s*([A-Za-z_]\w*)?");

    public static IReadOnlyList<PythonLine> Lines(string code)
    {
        var lines = new List<PythonLine>();
        var i = 0;
        while (i < code.Length)
        {
            var lineStart = i;
            while (i < code.Length && code[i] is ' ' or '\t' or '\f')
            {
                i++;
            }

            var start = i;
            var depth = 0;
            for (; i < code.Length; i++)
            {
                var c = code[i];
                depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
                if (c == '\n' && depth <= 0 && !Continued(code, i) && !InTripleQuote(code, start, i))
                {
                    break;
                }
            }

            var end = Math.Min(i, code.Length);
            var trimmed = code[start..end].TrimEnd();
            if (trimmed.Length > 0)
            {
                lines.Add(new PythonLine(start, start + trimmed.Length, Indent(code, lineStart, start)));
            }

            i++;
        }

        return lines;
    }

    public static IEnumerable<Block> Blocks(string code, IReadOnlyList<PythonLine> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var text = code[line.Start..line.End];
            var match = Head.Match(text);
            if (!match.Success)
            {
                continue;
            }

            var colon = Colon(text);
            if (colon < 0)
            {
                continue;
            }

            var last = i;
            while (last + 1 < lines.Count && lines[last + 1].Indent > line.Indent)
            {
                last++;
            }

            var bodyStart = line.Start + colon + 1;
            yield return new Block(Kind(match.Groups[2].Value), line.Start, bodyStart, Math.Max(bodyStart, lines[last].End))
            {
                Name = match.Groups[2].Value is "def" or "class" ? match.Groups[3].Value : "",
                Parameters = match.Groups[2].Value == "def" ? Parameters(text) : "",
                IsAsync = match.Groups[1].Success,
            };
        }
    }

    private static bool Continued(string code, int newline)
    {
        var i = newline - 1;
        i -= i >= 0 && code[i] == '\r' ? 1 : 0;
        return i >= 0 && code[i] == '\\';
    }

    /// <summary>True inside a string over several lines, whose text is blank but whose quotes are there.</summary>
    private static bool InTripleQuote(string code, int start, int end)
    {
        var line = code.AsSpan(start, end - start);
        return line.Count("\"\"\"") % 2 == 1 || line.Count("'''") % 2 == 1;
    }

    private static int Indent(string code, int lineStart, int start)
    {
        var indent = 0;
        for (var i = lineStart; i < start; i++)
        {
            indent = code[i] == '\t' ? (indent / 8 * 8) + 8 : indent + 1;
        }

        return indent;
    }

    private static int Colon(string text)
    {
        if (text[^1] == ':')
        {
            return text.Length - 1;
        }

        var depth = 0;
        var lambdas = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' or '{' ? 1 : text[i] is ')' or ']' or '}' ? -1 : 0;
            lambdas += text[i] == 'l' && string.CompareOrdinal(text, i, "lambda", 0, 6) == 0 ? 1 : 0;
            if (text[i] == ':' && depth == 0)
            {
                if (lambdas == 0 && (i + 1 >= text.Length || text[i + 1] != '='))
                {
                    return i;
                }

                lambdas = Math.Max(0, lambdas - 1);
            }
        }

        return -1;
    }

    private static string Parameters(string text)
    {
        var open = text.IndexOf('(');
        var close = text.LastIndexOf(')');
        return open >= 0 && close > open ? text[(open + 1)..close] : "";
    }

    private static BlockKind Kind(string word) => word switch
    {
        "def" => BlockKind.Function,
        "for" or "while" => BlockKind.Loop,
        "if" or "elif" => BlockKind.If,
        "else" => BlockKind.Else,
        "try" => BlockKind.Try,
        "except" => BlockKind.Catch,
        "finally" => BlockKind.Finally,
        "with" => BlockKind.With,
        _ => BlockKind.Class,
    };
}

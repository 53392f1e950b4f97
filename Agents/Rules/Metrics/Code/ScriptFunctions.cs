using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Rules.Metrics.Code;

/// <summary>Finds the functions of JavaScript and TypeScript in masked text, by the braces that open a body, and counts decisions in each.</summary>
internal static partial class ScriptFunctions
{
    private const int TypeTokens = 60;
    private static readonly HashSet<string> NotNames = ["if", "for", "while", "switch", "catch", "with", "return", "function", "do", "else", "await", "typeof", "new", "super", "import"];
    private static readonly HashSet<string> Decisions = ["if", "for", "while", "case", "catch", "&&", "||", "??", "&&=", "||=", "??="];

    public static IReadOnlyList<FunctionMetrics> Find(TextFile file, string code)
    {
        var tokens = Token().Matches(code);
        List<FunctionMetrics> found = [];
        Stack<(string? Name, int Start, int Complexity)> open = new();
        for (var i = 0; i < tokens.Count; i++)
        {
            var text = tokens[i].Value;
            if (text == "{")
            {
                var (name, start) = Function(tokens, i);
                open.Push((name, start, 1));
            }
            else if (text == "}" && open.TryPop(out var closed))
            {
                if (closed.Name is not null)
                    found.Add(new FunctionMetrics(closed.Name, file.LineAt(closed.Start), file.LineAt(tokens[i].Index), closed.Complexity));
                else if (open.TryPop(out var outer))
                    open.Push((outer.Name, outer.Start, outer.Complexity + closed.Complexity - 1));
            }
            else if ((Decisions.Contains(text) && !IsProperty(tokens, i)) || (text == "?" && IsTernary(tokens, i)))
            {
                if (open.TryPop(out var here))
                    open.Push((here.Name, here.Start, here.Complexity + 1));
            }
        }

        return [.. found.OrderBy(function => function.StartLine)];
    }

    /// <summary>The name of the function whose body this brace opens, and where it starts; no name if it opens something else.</summary>
    private static (string? Name, int Start) Function(MatchCollection tokens, int brace)
    {
        var at = brace - 1;
        if (at < 0)
            return (null, 0);
        if (tokens[at].Value == "=>")
        {
            at--;
            var start = at >= 0 && tokens[at].Value == ")" ? Opening(tokens, at) : SkipType(tokens, at) is var typed and >= 0 ? Opening(tokens, typed) : at;
            return (Assigned(tokens, start - 1) ?? "(arrow function)", tokens[Math.Max(0, start)].Index);
        }

        if (tokens[at].Value != ")")
            at = SkipType(tokens, at);
        if (at < 0)
            return (null, 0);
        var paren = Opening(tokens, at);
        var before = SkipGenerics(tokens, paren - 1);
        if (before < 0)
            return (null, 0);
        var word = tokens[before].Value;
        if (word is "function" or "*")
            return (Assigned(tokens, before - 1) ?? "(function)", tokens[before].Index);
        if (!IsName(word) || NotNames.Contains(word))
            return (null, 0);
        return before > 0 && tokens[before - 1].Value == "." ? (null, 0) : (word, tokens[before].Index);
    }

    // "): Promise<Map<string, number>> {": back over the type to the bracket.
    private static int SkipType(MatchCollection tokens, int at)
    {
        for (var i = at; i > 0 && at - i < TypeTokens; i--)
        {
            var text = tokens[i].Value;
            if (text == ":" && tokens[i - 1].Value == ")")
                return i - 1;
            if (!IsName(text) && text is not ("<" or ">" or ">>" or "[" or "]" or "|" or "&" or "." or "," or "\"" or "'" or "?") || text is "return" or "else" or "class" or "extends" or "case")
                return -1;
        }

        return -1;
    }

    private static int SkipGenerics(MatchCollection tokens, int at)
    {
        if (at < 0 || tokens[at].Value is not (">" or ">>"))
            return at;
        var depth = 0;
        for (var i = at; i >= 0 && at - i < TypeTokens; i--)
        {
            depth += tokens[i].Value switch { ">" => 1, ">>" => 2, "<" => -1, _ => 0 };
            if (depth == 0)
                return i - 1;
        }

        return -1;
    }

    private static int Opening(MatchCollection tokens, int close)
    {
        var depth = 0;
        for (var i = close; i >= 0; i--)
        {
            depth += tokens[i].Value switch { ")" => 1, "(" => -1, _ => 0 };
            if (depth == 0)
                return i;
        }

        return 0;
    }

    // "const name = async (", "name: function (", "exports.name = function ("
    private static string? Assigned(MatchCollection tokens, int at)
    {
        while (at >= 0 && tokens[at].Value is "async" or "function" or "*" or "(")
            at--;
        if (at < 1 || tokens[at].Value is not ("=" or ":"))
            return null;
        return IsName(tokens[at - 1].Value) ? tokens[at - 1].Value : null;
    }

    // obj.case, { if: 1 }
    private static bool IsProperty(MatchCollection tokens, int i) =>
        char.IsLetter(tokens[i].Value[0]) && ((i > 0 && tokens[i - 1].Value is "." or "?.") || (i + 1 < tokens.Count && tokens[i + 1].Value == ":"));

    // "a ? b : c", but not "a?: string" and "a?, b".
    private static bool IsTernary(MatchCollection tokens, int i) => i + 1 < tokens.Count && tokens[i + 1].Value is not (":" or ")" or "," or ";" or "=" or "]" or "}");

    private static bool IsName(string text) => char.IsLetter(text[0]) || text[0] is '_' or '$' or '#';

    [GeneratedRegex(@"[#\p{L}_$][\p{L}\p{Nd}_$]*|\d[\w.]*|=>|\?\.(?!\d)|\?\?=?|&&=?|\|\|=?|>>|\S", RegexOptions.None, matchTimeoutMilliseconds: 10000)]
    private static partial Regex Token();
}

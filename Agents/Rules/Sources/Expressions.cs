using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>What can be told of an expression of a script or Python file without types.</summary>
internal static class Expressions
{
    private static readonly Regex Name = Pattern.Linear(@"^[A-Za-z_$][\w$]*$");
    private static readonly Regex Harmless = Pattern.Timed(
        @"^(?:[-+]?\d[\w.]*|[A-Z_][A-Z0-9_]*(?:\.[A-Z_][A-Z0-9_]*)*|__dirname|__filename|__file__|true|false|null|None|True|False|process\.(?:pid|execPath|platform|arch|cwd\(\)|argv\[0\])|sys\.executable|os\.getpid\(\)|os\.(?:EOL|sep|linesep)|path\.sep|(?:[\w.$]+\.)?length|len\(.*\))$");
    private static readonly Regex Cleaned = Pattern.Timed(
        @"(?:quot|escap|saniti[sz]|encode|parseInt|parseFloat|Number|int|float|purify|shlex|hash|digest)\w*\s*\(", ignoreCase: true);

    /// <summary>The arguments of the call whose parenthesis opens at the position; empty when it does not close.</summary>
    public static IReadOnlyList<Span> Arguments(SourceFile file, int open)
    {
        var close = file.Brackets.Partner(open);
        return close < open ? [] : Split(file, open + 1, close, ',');
    }

    /// <summary>Splits at a character outside brackets; spans are trimmed, an empty last one dropped.</summary>
    public static IReadOnlyList<Span> Split(SourceFile file, int start, int end, char separator)
    {
        var parts = new List<Span>();
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (file.Code[i] is '(' or '[' or '{' && file.Brackets.Partner(i) is var partner && partner > i)
            {
                i = partner;
            }
            else if (file.Code[i] == separator && !(separator == '+' && IsIncrement(file.Code, i)))
            {
                parts.Add(Trim(file, from, i));
                from = i + 1;
            }
        }

        var last = Trim(file, from, end);
        if (last.Length > 0 || parts.Count == 0)
        {
            parts.Add(last);
        }

        return last.Length == 0 && parts is [{ Length: 0 }] ? [] : parts;
    }

    public static string Code(SourceFile file, Span span) => file.Code[span.Start..span.End];

    public static bool IsName(SourceFile file, Span span) => Name.IsMatch(Code(file, span));

    /// <summary>True for a literal with nothing put into it, or several joined.</summary>
    public static bool IsConstant(SourceFile file, Span span, int depth = 2)
    {
        if (Harmless.IsMatch(Code(file, span)))
        {
            return true;
        }

        if (file.LiteralFrom(span.Start) is { HasHoles: false } literal && literal.End >= span.End)
        {
            return true;
        }

        var parts = Split(file, span.Start, span.End, '+');
        if (parts.Count > 1)
        {
            return parts.All(p => IsConstant(file, p, depth));
        }

        if (depth <= 0 || !IsName(file, span))
        {
            return false;
        }

        var values = Assignments.Of(file, Code(file, span), span.Start);
        return values.Count > 0 && values.All(v => IsConstant(file, v, depth - 1));
    }

    public static bool IsCleaned(SourceFile file, Span span) => Cleaned.IsMatch(Code(file, span));

    /// <summary>True when the expression is text put together from something that is not constant and not cleaned.</summary>
    public static bool IsBuiltText(SourceFile file, Span span, int depth = 2) =>
        BuiltText.Is(file, span, depth);

    public static Span Trim(SourceFile file, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(file.Code[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(file.Code[end - 1]))
        {
            end--;
        }

        return new Span(start, end);
    }

    private static bool IsIncrement(string code, int i) =>
        (i > 0 && code[i - 1] == '+') || (i + 1 < code.Length && code[i + 1] is '+' or '=');
}

using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>Tells whether text is put together from values that the author did not write.</summary>
internal static class BuiltText
{
    private static readonly Regex Joined = Pattern.Timed(@"^[\w$.\[\]]+\.(?:join|concat)\s*\(|^(?:util\.)?format\s*\(");
    private static readonly Regex PercentOrFormat = Pattern.Timed(@"^\s*%(?![=])|^\s*\.format\s*\(");

    public static bool Is(SourceFile file, Span span, int depth)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (span.Length == 0)
        {
            return false;
        }

        var code = Expressions.Code(file, span);
        if (code[0] == '(' && file.Brackets.Partner(span.Start) == span.End - 1)
        {
            return Is(file, Expressions.Trim(file, span.Start + 1, span.End - 1), depth);
        }

        var parts = Expressions.Split(file, span.Start, span.End, '+');
        if (parts.Count > 1)
        {
            return parts.Any(p => IsText(file, p, depth)) && parts.Any(p => IsOpen(file, p, depth));
        }

        if (file.LiteralFrom(span.Start) is { } literal)
        {
            return Literal(file, span, literal, depth);
        }

        if (Joined.IsMatch(code))
        {
            return !Expressions.IsCleaned(file, span);
        }

        if (depth <= 0 || !Expressions.IsName(file, span))
        {
            return false;
        }

        return Assignments.Of(file, code, span.Start).Any(v => Is(file, v, depth - 1));
    }

    /// <summary>A value that is neither constant nor cleaned.</summary>
    public static bool IsOpen(SourceFile file, Span span, int depth) =>
        span.Length > 0
        && !Expressions.IsConstant(file, span, depth)
        && !Expressions.IsCleaned(file, span)
        && !CleanedBefore(file, span, depth)
        && !IsTextOfParts(file, span, depth);

    private static bool IsTextOfParts(SourceFile file, Span span, int depth) =>
        file.LiteralFrom(span.Start) is not null && !Is(file, span, depth);

    private static bool CleanedBefore(SourceFile file, Span span, int depth)
    {
        if (depth <= 0 || !Expressions.IsName(file, span))
        {
            return false;
        }

        var values = Assignments.Of(file, Expressions.Code(file, span), span.Start);
        return values.Count > 0 && values.All(v => Expressions.IsCleaned(file, v) || Expressions.IsConstant(file, v, depth - 1));
    }

    private static bool IsText(SourceFile file, Span span, int depth) =>
        file.LiteralFrom(span.Start) is not null || Is(file, span, depth)
        || (Expressions.IsName(file, span) && Assignments.Of(file, Expressions.Code(file, span), span.Start)
            .Any(v => v.Length > 0 && file.LiteralFrom(v.Start) is not null));

    private static bool Literal(SourceFile file, Span span, Region literal, int depth)
    {
        if (literal.End >= span.End)
        {
            return literal.HasHoles && (file.Language == Languages.Python
                ? PythonHoles(file, literal)
                : Holes(file, literal).Any(h => IsOpen(file, h, depth)));
        }

        if (file.Language != Languages.Python)
        {
            return false;
        }

        var rest = file.Code[literal.End..span.End];
        if (!PercentOrFormat.IsMatch(rest))
        {
            return false;
        }

        var start = literal.End + rest.IndexOfAny(['%', '(']) + 1;
        var values = rest.TrimStart()[0] == '%'
            ? Unwrap(file, Expressions.Trim(file, start, span.End))
            : Expressions.Split(file, start, span.End - 1, ',');
        return values.Any(v => IsOpen(file, v, depth));
    }

    private static IReadOnlyList<Span> Unwrap(SourceFile file, Span span) =>
        span.Length > 1 && file.Code[span.Start] == '(' && file.Brackets.Partner(span.Start) == span.End - 1
            ? Expressions.Split(file, span.Start + 1, span.End - 1, ',')
            : [span];

    private static IEnumerable<Span> Holes(SourceFile file, Region template)
    {
        for (var i = template.Start + 1; i < template.End - 1; i++)
        {
            if (file.Code[i] == '$' && file.Code[i + 1] == '{' && file.Brackets.Partner(i + 1) is var close && close > i)
            {
                yield return Expressions.Trim(file, i + 2, close);
                i = close;
            }
        }
    }

    private static readonly Regex PythonHole = Pattern.Linear(@"\{([^{}]+)\}");
    private static readonly Regex CleanHole = Pattern.Timed(@"^(?:[A-Z_][A-Z0-9_.]*|\d+)$|quote|escape|int\(|len\(|:\d*[dxf]$", ignoreCase: false);

    private static bool PythonHoles(SourceFile file, Region literal) =>
        PythonHole.Matches(file.Text[literal.Start..literal.End]).Any(m => !CleanHole.IsMatch(m.Groups[1].Value));
}

using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Tells which expressions of a script come straight from an HTTP request.</summary>
internal static class RequestValues
{
    private static readonly Regex Source = Pattern.Timed(@"(?<![\w$.])(?:req|request|ctx\.request|ctx)\.(?:params|query|body|url|originalUrl|headers|cookies)\b");

    public static bool In(SourceFile file, Span span, int depth = 2)
    {
        var code = Expressions.Code(file, span);
        if (Expressions.IsCleaned(file, span))
        {
            return false;
        }

        if (Source.IsMatch(code))
        {
            return true;
        }

        return depth > 0 && Names(file, span).Any(n => Assignments.Of(file, Expressions.Code(file, n), n.Start).Any(v => In(file, v, depth - 1)));
    }

    private static readonly Regex Name = Pattern.Timed(@"(?<![\w$.])[A-Za-z_$][\w$]*(?!\s*\()");

    private static IEnumerable<Span> Names(SourceFile file, Span span) =>
        Name.Matches(Expressions.Code(file, span)).Take(8).Select(m => new Span(span.Start + m.Index, span.Start + m.Index + m.Length));
}

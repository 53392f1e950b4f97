using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules;

/// <summary>A rule over blanked text, for languages without a syntax tree here.</summary>
internal abstract class ScriptRule(RuleInfo info) : Rule(info)
{
    /// <summary>Matches in code: not in comments, strings or regular expressions.</summary>
    protected static IEnumerable<Match> Matches(SourceFile file, Regex pattern)
    {
        for (var match = pattern.Match(file.Code); match.Success; match = match.NextMatch())
        {
            yield return match;
        }
    }

    /// <summary>Calls whose name, up to the parenthesis, fits the pattern; the pattern ends with the parenthesis.</summary>
    protected static IEnumerable<(int Start, int Open, IReadOnlyList<Span> Arguments)> Calls(SourceFile file, Regex pattern)
    {
        foreach (var match in Matches(file, pattern))
        {
            var open = match.Index + match.Length - 1;
            if (file.Brackets.Partner(open) > open)
            {
                yield return (match.Index, open, Expressions.Arguments(file, open));
            }
        }
    }

    protected static int CloseOf(SourceFile file, int open) => file.Brackets.Partner(open) + 1;

    protected static string Text(SourceFile file, Span span) => file.Text[span.Start..span.End];

    protected static string Code(SourceFile file, Span span) => file.Code[span.Start..span.End];

    /// <summary>The code of the function around a position, or of the whole file.</summary>
    protected static string FunctionCode(SourceFile file, int position) =>
        file.Structure.FunctionAt(position) is { } function ? file.Code[function.Start..function.BodyEnd] : file.Code;

    /// <summary>The same with literals in it.</summary>
    protected static string FunctionText(SourceFile file, int position) =>
        file.Structure.FunctionAt(position) is { } function ? file.Text[function.Start..function.BodyEnd] : file.Text;

    /// <summary>The first of the line's characters that is not blank.</summary>
    protected static int StatementStart(SourceFile file, int position)
    {
        var start = file.Lines.Start(file.Lines.LineAt(position));
        while (start < position && char.IsWhiteSpace(file.Code[start]))
        {
            start++;
        }

        return start;
    }
}

using System.Text.RegularExpressions;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Format strings that ask for more than they get.</summary>
internal sealed class CSharpFormatArguments() : CSharpRule(new RuleInfo(
    "cs-format-arguments",
    "Format string asks for an argument that is not there",
    Category.Quality,
    Severity.High,
    Languages.CSharp,
    "string.Format throws a FormatException here.",
    "Pass the missing argument, or use an interpolated string.",
    "CWE-685"))
{
    private static readonly Regex Hole = Pattern.Timed(@"(?<!\{)(?:\{\{)*\{(\d+)(?:[,:][^{}]*)?\}");

    public override IReadOnlyList<string> Triggers => ["Format("];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>().Where(c => c.Expression.ToString() is "string.Format" or "String.Format"))
        {
            var arguments = call.ArgumentList.Arguments;
            if (arguments.Count < 2 || arguments[0].Expression.ConstantText() is not { } format || (arguments.Count == 2 && IsArray(arguments[1].Expression)))
            {
                continue;
            }

            var highest = Hole.Matches(format).Select(m => int.Parse(m.Groups[1].ValueSpan)).DefaultIfEmpty(-1).Max();
            if (highest >= arguments.Count - 1)
            {
                yield return At(file, call, $"The format asks for argument {{{highest}}} and gets {arguments.Count - 1}: string.Format throws a FormatException.");
            }
        }
    }

    /// <summary>A single argument may be the array of all of them.</summary>
    private static bool IsArray(ExpressionSyntax argument) =>
        argument is not (LiteralExpressionSyntax or BinaryExpressionSyntax or InterpolatedStringExpressionSyntax);
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Counting all to learn whether there is one.</summary>
internal sealed class CSharpCountForAny() : CSharpRule(new RuleInfo(
    "cs-count-for-any",
    "Counts all elements to learn whether there is one",
    Category.Performance,
    Severity.Low,
    Languages.CSharp,
    "Count() walks the whole sequence, or makes the database count all rows, where the first element would tell.",
    "Any().",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => ["Count("];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var comparison in source.Nodes<BinaryExpressionSyntax>())
        {
            if (comparison.Left is not InvocationExpressionSyntax call || call.MethodName() != "Count" || call.Receiver() is not { } receiver || call.ArgumentList.Arguments.Count > 1)
            {
                continue;
            }

            bool? any = (comparison.OperatorToken.Text, comparison.Right.ToString()) switch
            {
                (">", "0") or ("!=", "0") or (">=", "1") => true,
                ("==", "0") or ("<", "1") => false,
                _ => null,
            };
            if (any is { } value && (call.ArgumentList.Arguments.Count == 0 ? IsQuery(receiver) : call.ArgumentList.Arguments[0].Expression is LambdaExpressionSyntax))
            {
                var text = $"{(value ? "" : "!")}{receiver}.Any{call.ArgumentList}";
                yield return At(file, comparison, fix: Replace(file, comparison, text, "Ask whether there is one."));
            }
        }
    }

    /// <summary>A collection knows its count; only a query has to walk.</summary>
    private static bool IsQuery(ExpressionSyntax receiver) =>
        receiver is InvocationExpressionSyntax call && call.MethodName() is "Where" or "Select" or "SelectMany" or "OfType" or "Distinct" or "Concat" or "Except" or "Intersect" or "Union" or "Skip" or "SkipWhile" or "TakeWhile" or "GroupBy" or "Cast";
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Branches that can never be reached, because an earlier one asks the same.</summary>
internal sealed class CSharpRepeatedCondition() : CSharpRule(new RuleInfo(
    "cs-repeated-condition",
    "Condition was already asked",
    Category.Quality,
    Severity.High,
    Languages.CSharp,
    "An earlier branch of the same chain has the same condition: this one is never reached.",
    "Correct the condition.",
    "CWE-570"))
{
    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var first in source.Nodes<IfStatementSyntax>().Where(i => i.Parent is not ElseClauseSyntax))
        {
            var asked = new List<ExpressionSyntax>();
            for (var current = first; current is not null; current = current.Else?.Statement as IfStatementSyntax)
            {
                if (IsPure(current.Condition) && asked.Any(a => SyntaxFactory.AreEquivalent(a, current.Condition)))
                {
                    yield return At(file, current.Condition);
                }

                asked.Add(current.Condition);
            }
        }
    }

    private static bool IsPure(ExpressionSyntax condition) =>
        !condition.DescendantNodesAndSelf().Any(n => n is InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or AwaitExpressionSyntax or ElementAccessExpressionSyntax)
        && !condition.DescendantNodesAndSelf().OfType<PrefixUnaryExpressionSyntax>().Any(p => p.OperatorToken.Text is "++" or "--");
}

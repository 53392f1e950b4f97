using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Functions with more paths than anybody can test.</summary>
internal sealed class CSharpComplexFunction() : CSharpRule(new RuleInfo(
    "cs-complex-function",
    "Function with too many paths",
    Category.Quality,
    Severity.Low,
    Languages.CSharp,
    "More decisions than a reader can follow or tests can cover.",
    "Split it along its decisions.",
    "CWE-1121"))
{
    private const int Most = 50;

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var method in source.Nodes<MethodDeclarationSyntax>())
        {
            var decisions = 1 + method.DescendantNodes().Count(IsDecision);
            if (decisions > Most)
            {
                yield return Found(file, method.Identifier.SpanStart, method.Identifier.Span.End, $"{method.Identifier.Text} has {decisions} paths that are independent of each other (more than {Most}).");
            }
        }
    }

    private static bool IsDecision(SyntaxNode node) =>
        node is IfStatementSyntax or ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CatchClauseSyntax or ConditionalExpressionSyntax or CasePatternSwitchLabelSyntax
        || node is BinaryExpressionSyntax { OperatorToken.Text: "&&" or "||" };
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Values compared with or assigned to themselves.</summary>
internal sealed class CSharpSelfComparison() : CSharpRule(new RuleInfo(
    "cs-compared-with-itself",
    "Value compared with or assigned to itself",
    Category.Quality,
    Severity.High,
    Languages.CSharp,
    "Both sides are the same expression: one of them was meant to be another.",
    "Correct one side.",
    "CWE-480"))
{
    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var comparison in source.Nodes<BinaryExpressionSyntax>())
        {
            if (comparison.OperatorToken.Text is "==" or "!=" or "<" or ">" or "<=" or ">=" or "&&" or "||" && IsPlain(comparison.Left) && SyntaxFactory.AreEquivalent(comparison.Left, comparison.Right) && !InOperator(comparison))
            {
                yield return At(file, comparison);
            }
        }

        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>())
        {
            if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && IsVariable(assignment.Left) && assignment.Parent is not InitializerExpressionSyntax and not WithExpressionSyntax && SyntaxFactory.AreEquivalent(assignment.Left, assignment.Right))
            {
                yield return At(file, assignment, "The value is assigned to itself: a parameter may hide the field that was meant.");
            }
        }
    }

    /// <summary>A parameter or local: setting a property to itself may well do something.</summary>
    private static bool IsVariable(ExpressionSyntax side)
    {
        if (side is not IdentifierNameSyntax name)
        {
            return false;
        }

        var text = name.Identifier.Text;
        return side.Member()?.DescendantNodes().Any(n => n is ParameterSyntax p && p.Identifier.Text == text || n is VariableDeclaratorSyntax v && v.Identifier.Text == text) == true;
    }

    private static bool IsPlain(ExpressionSyntax side) =>
        side is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or ThisExpressionSyntax or MemberAccessExpressionSyntax };

    /// <summary>x != x is how code without a library asks for NaN.</summary>
    private static bool InOperator(BinaryExpressionSyntax comparison) =>
        comparison.Member() is OperatorDeclarationSyntax || comparison.OperatorToken.Text is "!=" or "==" && comparison.Member()?.ToString().Contains("NaN", StringComparison.Ordinal) == true;
}

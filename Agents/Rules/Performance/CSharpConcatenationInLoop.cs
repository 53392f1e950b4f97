using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Strings grown one piece at a time.</summary>
internal sealed class CSharpConcatenationInLoop() : CSharpRule(new RuleInfo(
    "cs-string-concat-in-loop",
    "String grown in a loop",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "Each round copies the whole string again: the time grows with the square of the number of rounds.",
    "Use a StringBuilder, string.Join or string.Concat."))
{
    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        var told = new HashSet<(StatementSyntax, string)>();
        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>())
        {
            if (assignment.Left is IdentifierNameSyntax name && Grows(assignment, name) && assignment.Loop() is { } loop
                && IsStringFromOutside(name, loop) && !IsSetAnew(name, loop) && !LeavesAfter(assignment, loop) && told.Add((loop, name.Identifier.Text)))
            {
                yield return At(file, assignment);
            }
        }
    }

    private static bool Grows(AssignmentExpressionSyntax assignment, IdentifierNameSyntax name) =>
        assignment.IsKind(SyntaxKind.AddAssignmentExpression)
        || (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && assignment.Right is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum && First(sum).ToString() == name.Identifier.Text);

    private static ExpressionSyntax First(BinaryExpressionSyntax sum) =>
        sum.Left is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } left ? First(left) : sum.Left;

    private static bool IsStringFromOutside(IdentifierNameSyntax name, StatementSyntax loop)
    {
        var local = name.Member()?.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(v => v.Identifier.Text == name.Identifier.Text);
        if (local?.Parent is not VariableDeclarationSyntax declaration || local.SpanStart >= loop.SpanStart)
        {
            return false;
        }

        return declaration.Type.ToString() is "string" or "String" || (declaration.Type.IsVar && (local.Initializer?.Value.ConstantText() is not null || local.Initializer?.Value.ToString() is "string.Empty" or "String.Empty"));
    }

    /// <summary>Begins again in each round, so it does not grow.</summary>
    private static bool IsSetAnew(IdentifierNameSyntax name, StatementSyntax loop) =>
        loop.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a =>
            a.IsKind(SyntaxKind.SimpleAssignmentExpression) && a.Left.ToString() == name.Identifier.Text && !a.Right.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(i => i.Identifier.Text == name.Identifier.Text));

    /// <summary>One round only: the loop is left right after.</summary>
    private static bool LeavesAfter(AssignmentExpressionSyntax assignment, StatementSyntax loop) =>
        assignment.Ancestors().TakeWhile(a => a != loop).OfType<BlockSyntax>().FirstOrDefault()?.Statements.LastOrDefault() is BreakStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax;
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Conditions that decide nothing.</summary>
internal sealed class CSharpSameBranches() : CSharpRule(new RuleInfo(
    "cs-same-branches",
    "Both branches are the same",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "Whatever the condition says, the same is done: one branch was surely meant to differ.",
    "Correct the branch that is wrong, or remove the condition.",
    "CWE-561"))
{
    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var choice in source.Nodes<IfStatementSyntax>())
        {
            if (choice.Else is { Statement: not IfStatementSyntax } other && choice.Parent is not ElseClauseSyntax && Same(choice.Statement, other.Statement) && choice.Statement is not BlockSyntax { Statements.Count: 0 })
            {
                yield return AtHead(file, choice);
            }
        }

        foreach (var choice in source.Nodes<ConditionalExpressionSyntax>().Where(c => Same(c.WhenTrue, c.WhenFalse)))
        {
            yield return At(file, choice);
        }
    }

    private static bool Same(SyntaxNode a, SyntaxNode b) => SyntaxFactory.AreEquivalent(a, b);
}

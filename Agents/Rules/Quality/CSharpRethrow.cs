using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Rethrowing that loses where it happened.</summary>
internal sealed class CSharpRethrow() : CSharpRule(new RuleInfo(
    "cs-rethrow-loses-stack",
    "Rethrow loses the stack trace",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "Throwing the caught exception by name makes its stack trace begin here: where it came from is lost.",
    "throw; by itself.",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => ["throw "];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var statement in source.Nodes<ThrowStatementSyntax>())
        {
            if (statement.Expression is not IdentifierNameSyntax name || statement.Ancestors().TakeWhile(a => !Syntax.IsFunction(a)).OfType<CatchClauseSyntax>().FirstOrDefault() is not { } clause)
            {
                continue;
            }

            var changed = clause.Block.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a => a.Left.ToString() == name.Identifier.Text);
            if (clause.Declaration?.Identifier.Text == name.Identifier.Text && !changed)
            {
                yield return At(file, statement, fix: Replace(file, statement, "throw;", "Rethrow with the stack trace."));
            }
        }
    }
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Exceptions that vanish.</summary>
internal sealed class CSharpEmptyCatch() : CSharpRule(new RuleInfo(
    "cs-empty-catch",
    "Every exception is swallowed",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "Whatever goes wrong in here vanishes without a trace, programming errors included.",
    "Catch only what is expected, log it, or say in a comment why it may be ignored.",
    "CWE-390"))
{
    public override IReadOnlyList<string> Triggers => ["catch"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<CatchClauseSyntax>()
            .Where(c => c.Block.Statements.Count == 0 && !c.HasComment() && c.Filter is null)
            .Where(c => c.Declaration is null || c.Declaration.Type.LastName() is "Exception" or "SystemException")
            .Where(c => c.Parent is not TryStatementSyntax attempt || !(attempt.Block.HasComment() || IsExplained(attempt)))
            .Select(c => Found(file, c.SpanStart, c.Span.End, severity: IsAttempt(c) ? Severity.Low : null));

    /// <summary>A comment above the attempt says why it may fail.</summary>
    private static bool IsExplained(TryStatementSyntax attempt) =>
        attempt.GetLeadingTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia));

    /// <summary>One statement whose failure is likely an answer.</summary>
    private static bool IsAttempt(CatchClauseSyntax clause) => clause.Parent is TryStatementSyntax { Block.Statements.Count: 1 };
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Locks that anybody else can take.</summary>
internal sealed class CSharpLockOnPublic() : CSharpRule(new RuleInfo(
    "cs-lock-on-shared-object",
    "Lock on an object that others can lock",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "Other code can lock the same object, so a deadlock can come from anywhere.",
    "Lock a private readonly object that nothing else sees.",
    "CWE-662"))
{
    public override IReadOnlyList<string> Triggers => ["lock"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<LockStatementSyntax>()
            .Where(l => l.Expression is ThisExpressionSyntax or TypeOfExpressionSyntax || l.Expression.ConstantText() is not null)
            .Select(l => Found(file, l.SpanStart, l.CloseParenToken.Span.End));
}

using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Any site may call with the user's credentials.</summary>
internal sealed class CSharpCorsAnyOrigin() : CSharpRule(new RuleInfo(
    "cs-cors-any-origin-credentials",
    "Any origin may call with credentials",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "Every site a user visits may call this API with the user's cookies and read the answers.",
    "Name the origins with WithOrigins.",
    "CWE-942"))
{
    public override IReadOnlyList<string> Triggers => ["AllowCredentials"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => c.MethodName() == "SetIsOriginAllowed" && c.ArgumentList.Arguments is [{ Expression: AnonymousFunctionExpressionSyntax { ExpressionBody: { } body } }] && body.ToString() == "true")
            .Where(c => c.Ancestors().OfType<StatementSyntax>().FirstOrDefault()?.ToString().Contains("AllowCredentials()", StringComparison.Ordinal) == true
                || c.Member()?.ToString().Contains("AllowCredentials()", StringComparison.Ordinal) == true)
            .Select(c => Found(file, c.Expression is MemberAccessExpressionSyntax m ? m.Name.SpanStart : c.SpanStart, c.Span.End));
}

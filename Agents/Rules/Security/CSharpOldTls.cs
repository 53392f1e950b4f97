using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Protocol versions that are broken.</summary>
internal sealed class CSharpOldTls() : CSharpRule(new RuleInfo(
    "cs-old-tls",
    "Obsolete TLS version",
    Category.Security,
    Severity.Medium,
    Languages.CSharp,
    "SSL 3, TLS 1.0 and TLS 1.1 have known attacks and are switched on here by name.",
    "Leave the choice to the system (SslProtocols.None), or name TLS 1.2 and 1.3.",
    "CWE-327"))
{
    public override IReadOnlyList<string> Triggers => ["SslProtocols.", "SecurityProtocolType."];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<MemberAccessExpressionSyntax>()
            .Where(m => m.Expression.LastName() is "SslProtocols" or "SecurityProtocolType" && m.Name.Identifier.Text is "Ssl2" or "Ssl3" or "Tls" or "Tls11")
            .Where(m => !m.Ancestors().Any(a => a is SwitchLabelSyntax or CasePatternSwitchLabelSyntax or BinaryExpressionSyntax { OperatorToken.Text: "==" or "!=" or "&" } or PrefixUnaryExpressionSyntax or AttributeSyntax))
            .GroupBy(m => m.Ancestors().FirstOrDefault(a => a is StatementSyntax or MemberDeclarationSyntax))
            .Select(g => At(file, g.First()));
}

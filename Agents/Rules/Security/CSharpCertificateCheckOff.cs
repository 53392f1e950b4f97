using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Certificate checks that accept everything.</summary>
internal sealed class CSharpCertificateCheckOff() : CSharpRule(new RuleInfo(
    "cs-certificate-check-off",
    "Any TLS certificate is accepted",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "Every certificate is accepted, so anyone on the way can read and change the traffic.",
    "Leave the default check in place; to trust a private authority, check the chain against it.",
    "CWE-295"))
{
    public override IReadOnlyList<string> Triggers => ["Certificate"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var member in source.Nodes<MemberAccessExpressionSyntax>().Where(m => m.Name.Identifier.Text == "DangerousAcceptAnyServerCertificateValidator"))
        {
            yield return At(file, member);
        }

        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>())
        {
            var target = assignment.Left.LastName();
            if (target.Contains("Certificate", StringComparison.Ordinal) && target.Contains("Callback", StringComparison.Ordinal) && AlwaysTrue(assignment.Right))
            {
                yield return At(file, assignment);
            }
        }

        foreach (var method in source.Nodes<MethodDeclarationSyntax>())
        {
            if (method.ParameterList.Parameters.Any(p => p.Type.LastName() == "SslPolicyErrors") && method.Body?.Statements is [ReturnStatementSyntax { Expression: { } value }] && value.ToString() == "true")
            {
                yield return At(file, method);
            }
        }
    }

    private static bool AlwaysTrue(ExpressionSyntax callback) => callback switch
    {
        AnonymousFunctionExpressionSyntax { ExpressionBody: { } body } => body.ToString() == "true",
        AnonymousFunctionExpressionSyntax { Block.Statements: [ReturnStatementSyntax { Expression: { } value }] } => value.ToString() == "true",
        ObjectCreationExpressionSyntax { ArgumentList.Arguments: [{ } only] } => AlwaysTrue(only.Expression),
        _ => false,
    };
}

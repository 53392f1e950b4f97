using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Connections thrown away after each request.</summary>
internal sealed class CSharpHttpClientPerCall() : CSharpRule(new RuleInfo(
    "cs-httpclient-per-call",
    "HttpClient made for each call",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "A client that is made and disposed per call opens a connection each time and leaves sockets in TIME_WAIT; under load the ports run out.",
    "Share one client (SocketsHttpHandler with PooledConnectionLifetime) or use IHttpClientFactory."))
{
    public override IReadOnlyList<string> Triggers => ["HttpClient("];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<ObjectCreationExpressionSyntax>()
            .Where(c => c.Type.LastName() == "HttpClient" && c.ArgumentList?.Arguments.Count == 0 && IsDisposedHere(c) && !IsMain(c))
            .Select(c => At(file, c));

    private static bool IsDisposedHere(ObjectCreationExpressionSyntax creation) =>
        creation.Ancestors().OfType<StatementSyntax>().FirstOrDefault() switch
        {
            UsingStatementSyntax use => use.Declaration?.Span.Contains(creation.Span) == true,
            LocalDeclarationStatementSyntax local => !local.UsingKeyword.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.None),
            _ => false,
        };

    private static bool IsMain(ObjectCreationExpressionSyntax creation) =>
        creation.Member() is GlobalStatementSyntax or MethodDeclarationSyntax { Identifier.Text: "Main" };
}

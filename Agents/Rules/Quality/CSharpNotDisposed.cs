using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Streams and the like that are not closed when something fails.</summary>
internal sealed class CSharpNotDisposed() : CSharpRule(new RuleInfo(
    "cs-not-disposed",
    "Resource is never released",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "This holds a handle, and nothing in the function releases it or passes it on: the file or connection stays open until the collector happens to run.",
    "Declare it with using.",
    "CWE-772",
    HasFix: true))
{
    private static readonly HashSet<string> Types =
        ["FileStream", "StreamReader", "StreamWriter", "BinaryReader", "BinaryWriter", "SqlConnection", "SqlCommand", "NpgsqlConnection", "SqliteConnection", "TcpClient", "UdpClient", "ZipArchive", "GZipStream", "DeflateStream", "CryptoStream", "XmlTextReader", "XmlTextWriter"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var local in source.Nodes<LocalDeclarationStatementSyntax>())
        {
            if (local.UsingKeyword.IsKind(SyntaxKind.UsingKeyword) || local.Declaration.Variables is not [{ Initializer.Value: ObjectCreationExpressionSyntax creation } variable] || !Types.Contains(creation.Type.LastName()))
            {
                continue;
            }

            var scope = local.Parent;
            if (scope is not null && !WrapsAnother(creation) && !IsReleasedOrPassedOn(scope, variable.Identifier.Text, local))
            {
                yield return At(file, local, fix: Replace(file, local.SpanStart, local.SpanStart, "using ", "Release it at the end of the block."));
            }
        }
    }

    /// <summary>A reader over a memory stream, or over a stream somebody else owns, holds nothing itself.</summary>
    private static bool WrapsAnother(ObjectCreationExpressionSyntax creation) =>
        creation.Type.LastName() is not ("FileStream" or "TcpClient" or "UdpClient" or "SqlConnection" or "NpgsqlConnection" or "SqliteConnection")
        && creation.ArgumentList?.Arguments.FirstOrDefault()?.Expression is not (LiteralExpressionSyntax or InterpolatedStringExpressionSyntax)
        && creation.ArgumentList?.Arguments.FirstOrDefault()?.ToString() is { } first
        && !first.Contains("path", StringComparison.OrdinalIgnoreCase) && !first.Contains("file", StringComparison.OrdinalIgnoreCase);

    private static bool IsReleasedOrPassedOn(SyntaxNode scope, string name, SyntaxNode declaration)
    {
        foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>().Where(i => i.Identifier.Text == name && i.SpanStart > declaration.SpanStart))
        {
            switch (use.Parent)
            {
                case MemberAccessExpressionSyntax member when member.Expression == use && member.Name.Identifier.Text is not ("Close" or "Dispose" or "DisposeAsync"):
                    continue;
                default:
                    return true;
            }
        }

        return false;
    }
}

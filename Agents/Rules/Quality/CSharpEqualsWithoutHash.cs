using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Quality;

/// <summary>Equality that hash tables do not see.</summary>
internal sealed class CSharpEqualsWithoutHash() : CSharpRule(new RuleInfo(
    "cs-equals-without-gethashcode",
    "Equals without GetHashCode",
    Category.Quality,
    Severity.Medium,
    Languages.CSharp,
    "Equal objects get different hash codes, so dictionaries and sets do not find them.",
    "Override GetHashCode over the same fields.",
    "CWE-581"))
{
    public override IReadOnlyList<string> Triggers => ["override bool Equals"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<MethodDeclarationSyntax>()
            .Where(m => m.Identifier.Text == "Equals" && m.HasModifier(SyntaxKind.OverrideKeyword) && m.ParameterList.Parameters is [{ Type: { } type }] && type.ToString() is "object" or "object?" or "Object" or "System.Object")
            .Where(m => m.Parent is TypeDeclarationSyntax owner && !owner.Modifiers.Any(SyntaxKind.PartialKeyword) && !owner.Members.OfType<MethodDeclarationSyntax>().Any(o => o.Identifier.Text == "GetHashCode"))
            .Select(m => AtHead(file, m));
}

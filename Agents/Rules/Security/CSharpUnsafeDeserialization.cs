using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Deserialisers that build whatever type the data names.</summary>
internal sealed class CSharpUnsafeDeserialization() : CSharpRule(new RuleInfo(
    "cs-unsafe-deserialization",
    "Deserialiser that creates any type",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "The data says which types are created, so whoever writes the data can run code.",
    "Use System.Text.Json, or a serializer with a closed list of types; for Json.NET leave TypeNameHandling at None.",
    "CWE-502"))
{
    private static readonly HashSet<string> Types = ["BinaryFormatter", "NetDataContractSerializer", "SoapFormatter", "LosFormatter", "ObjectStateFormatter"];

    public override IReadOnlyList<string> Triggers => ["Formatter", "NetDataContractSerializer", "TypeNameHandling"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => Types.Contains(c.Type.LastName())))
        {
            if (Reads(creation))
            {
                yield return At(file, creation, $"{creation.Type.LastName()} creates whatever types the data names, so whoever writes the data can run code.");
            }
        }

        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>().Where(a => a.Left.LastName() == "TypeNameHandling"))
        {
            var value = assignment.Right.ToString();
            if (value.Contains("TypeNameHandling.", StringComparison.Ordinal) && !value.EndsWith(".None", StringComparison.Ordinal) && !HasBinder(assignment))
            {
                yield return At(file, assignment, "With this setting the JSON names the types that are created, so whoever writes it can run code.");
            }
        }
    }

    /// <summary>Writing is harmless: only a member or type that deserialises counts.</summary>
    private static bool Reads(ObjectCreationExpressionSyntax creation)
    {
        var scope = creation.Member() is FieldDeclarationSyntax or PropertyDeclarationSyntax or ConstructorDeclarationSyntax
            ? creation.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault()
            : (creation.Member() as Microsoft.CodeAnalysis.SyntaxNode);
        return scope is not null && scope.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c => c.MethodName().Contains("Deserialize", StringComparison.Ordinal) || c.MethodName() == "ReadObject");
    }

    private static bool HasBinder(AssignmentExpressionSyntax assignment) =>
        assignment.Ancestors().OfType<BlockSyntax>().FirstOrDefault()?.ToString().Contains("SerializationBinder", StringComparison.Ordinal) == true
        || assignment.Parent?.ToString().Contains("SerializationBinder", StringComparison.Ordinal) == true;
}

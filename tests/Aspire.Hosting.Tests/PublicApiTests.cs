using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aspire.Hosting.Tests;

/// <summary>Holds the stand-ins against the official packages: what they offer, the packages must offer too.</summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("Aspire.Hosting")]
    [InlineData("Aspire.Hosting.Redis")]
    [InlineData("Aspire.Hosting.Testing")]
    public void StandIn_PublicMembers_AreAllOfficial(string name)
    {
        var official = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Api", $"{name}.txt")).ToHashSet(StringComparer.Ordinal);
        official.Count.ShouldBeGreaterThan(5);

        var offered = Offered(name);

        offered.Count.ShouldBeGreaterThan(5);
        offered.Where(id => !official.Contains(id)).ShouldBeEmpty();
    }

    private static List<string> Offered(string name)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)).ToArray();
        var compilation = CSharpCompilation.Create("probe", references: references);
        var standIn = references.Single(r => Path.GetFileNameWithoutExtension(r.FilePath) == name);
        var assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(standIn)!;
        List<string> ids = [];
        Visit(assembly.GlobalNamespace);
        return ids;

        void Visit(INamespaceOrTypeSymbol symbol)
        {
            foreach (var member in symbol.GetMembers())
            {
                if (member is INamespaceSymbol space)
                    Visit(space);
                else if (IsVisible(member))
                    Add(member);
            }
        }

        void Add(ISymbol member)
        {
            // Accessors stand for their property or event; the rest that the compiler writes is not on the lists.
            if (member is IMethodSymbol { AssociatedSymbol: not null } or IMethodSymbol { MethodKind: MethodKind.Destructor })
                return;
            if (member is IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true } && member.ContainingType.TypeKind is TypeKind.Struct or TypeKind.Enum)
                return;
            ids.Add(member.GetDocumentationCommentId()!);
            if (member is INamedTypeSymbol type)
                Visit(type);
        }
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && symbol is not IFieldSymbol { AssociatedSymbol: not null };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Compat.Tests.Surface;

/// <summary>The public and protected members of an assembly, by documentation id.</summary>
internal static class PublicMembers
{
    public static IReadOnlyList<string> Of(string assemblyPath)
    {
        // Types of a signature have their full names only when the assemblies that they come from are known.
        var known = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !string.Equals(Path.GetFileName(path), Path.GetFileName(assemblyPath), StringComparison.Ordinal))
            .Select(MetadataReference (path) => MetadataReference.CreateFromFile(path));
        var assembly = MetadataReference.CreateFromFile(assemblyPath);
        var compilation = CSharpCompilation.Create("Surface", references: [.. known, assembly]);
        return Of((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(assembly)!);
    }

    public static IReadOnlyList<string> Of(IAssemblySymbol assembly)
    {
        var ids = new List<string>();
        Add(assembly.GlobalNamespace, ids);
        return ids;
    }

    private static void Add(INamespaceSymbol container, List<string> ids)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is INamespaceSymbol inner)
                Add(inner, ids);
            else if (member is INamedTypeSymbol type)
                Add(type, ids);
        }
    }

    private static void Add(INamedTypeSymbol type, List<string> ids)
    {
        if (!IsVisible(type))
            return;
        ids.Add(type.GetDocumentationCommentId()!);
        foreach (var member in type.GetMembers().Where(IsVisible))
        {
            if (member is INamedTypeSymbol nested)
                Add(nested, ids);
            else if (!IsAccessor(member) && !OverridesObject(member))
                ids.Add(member.GetDocumentationCommentId()!);
        }
    }

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool IsAccessor(ISymbol member) => member is IMethodSymbol { AssociatedSymbol: not null };

    // ToString and its like are there on every object, overridden or not.
    private static bool OverridesObject(ISymbol member)
    {
        var method = member as IMethodSymbol;
        while (method?.OverriddenMethod is { } overridden)
            method = overridden;
        return member.IsOverride && method?.ContainingType.SpecialType == SpecialType.System_Object;
    }
}

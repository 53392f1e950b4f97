using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Compat.Tests.Surface;

/// <summary>The official packages have more overloads than the stand-ins: the app host's calls mean the same among all of them.</summary>
public sealed partial class OverloadTests
{
    [Fact]
    public void AppHost_AmongAllOfficialOverloads_CallsTheSameMethods()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "AppHost"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path)).ToList();
        var compilation = Compile(sources);

        var calls = Calls(compilation, sources);
        var others = Others(compilation, [.. calls.Values.Select(NameOf)], out var count);
        var among = Calls(Compile(sources, others), sources);

        calls.Count.ShouldBeGreaterThan(60, "the app host's calls are found");
        count.ShouldBeGreaterThan(15, "there are other overloads");
        among.ShouldBe(calls);
    }

    [Fact]
    public void Call_FitsAnotherOfficialOverloadBetter_IsFound()
    {
        var source = CSharpSyntaxTree.ParseText("""
            class C
            {
                void M(IDistributedApplicationBuilder builder) => builder.AddRedis("redis", port: 1);
            }
            """);
        var known = Calls(Compile([source]), [source]);
        var others = OtherOverloads.Declare(
            ["M:Aspire.Hosting.MoreExtensions.AddRedis(Aspire.Hosting.IDistributedApplicationBuilder,System.String,System.Int32)"], new HashSet<string>(), new HashSet<string> { "AddRedis" }, out var count)
            .Replace("System.Int32 p2", "int port", StringComparison.Ordinal);

        count.ShouldBe(1);
        known.Values.ShouldHaveSingleItem();
        Calls(Compile([source], CSharpSyntaxTree.ParseText(others)), [source]).ShouldNotBe(known);
    }

    // What else the app host refers to is not compiled along: that leaves errors, but not in these calls.
    private static CSharpCompilation Compile(IReadOnlyList<SyntaxTree> sources, SyntaxTree? others = null)
    {
        var projects = string.Concat(sources.SelectMany(tree => Project().Matches(tree.ToString())).Select(match => match.Groups["name"].Value).Distinct()
            .Select(name => $"public class {name} : Aspire.Hosting.IProjectMetadata {{ public string ProjectPath => \"\"; }} "));
        var given = CSharpSyntaxTree.ParseText($$"""
            global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
            global using System.Threading; global using System.Threading.Tasks; global using Aspire.Hosting; global using Aspire.Hosting.ApplicationModel;
            namespace Projects { {{projects}} }
            """);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(MetadataReference (path) => MetadataReference.CreateFromFile(path)).ToList();
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        if (others is not null)
        {
            var library = CSharpCompilation.Create("Others", [others], references, options);
            library.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
            references.Add(library.ToMetadataReference());
        }

        return CSharpCompilation.Create("AppHost", [given, .. sources], references, options);
    }

    private static SyntaxTree Others(CSharpCompilation compilation, HashSet<string> names, out int count)
    {
        var official = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Official"), "Aspire.*.txt").Order(StringComparer.Ordinal).SelectMany(File.ReadLines);
        var known = compilation.References.Select(compilation.GetAssemblyOrModuleSymbol).OfType<IAssemblySymbol>()
            .Where(assembly => assembly.Name.StartsWith("Aspire.", StringComparison.Ordinal) || assembly.Name.StartsWith("System.", StringComparison.Ordinal) || assembly.Name.StartsWith("Microsoft.", StringComparison.Ordinal))
            .SelectMany(PublicMembers.Of).Select(id => id[0] == 'T' ? Arity().Replace(id, "") : id).ToHashSet(StringComparer.Ordinal);
        return CSharpSyntaxTree.ParseText(OtherOverloads.Declare(official, known, names, out count));
    }

    // Where an extension method of Aspire is called, and which.
    private static SortedDictionary<string, string> Calls(CSharpCompilation compilation, IReadOnlyList<SyntaxTree> sources)
    {
        var calls = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tree in sources)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (model.GetSymbolInfo(call).Symbol is IMethodSymbol { ReducedFrom: { } method } && method.ContainingNamespace.ToDisplayString().StartsWith("Aspire.", StringComparison.Ordinal))
                    calls[$"{Path.GetFileName(tree.FilePath)} {call.Span}"] = method.OriginalDefinition.GetDocumentationCommentId()!;
            }
        }

        return calls;
    }

    private static string NameOf(string id) => id[..id.IndexOf('(', StringComparison.Ordinal)].Split('.')[^1].Split('`')[0];

    [GeneratedRegex(@"\bProjects\.(?<name>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex Project();

    [GeneratedRegex(@"`\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Arity();
}

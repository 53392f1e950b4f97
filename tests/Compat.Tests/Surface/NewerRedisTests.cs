using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Compat.Tests.Surface;

/// <summary>
/// The default feed has an old StackExchange.Redis, the official one a new one: the project's code uses only what both have.
/// </summary>
public sealed class NewerRedisTests
{
    private const string Package = "StackExchange.Redis";

    // There, but obsolete in the newer version, which warnings as errors refuse.
    private static readonly string[] Obsolete =
    [
        "F:StackExchange.Redis.CommandFlags.DemandSlave",
        "F:StackExchange.Redis.CommandFlags.PreferSlave",
        "M:StackExchange.Redis.RedisChannel.op_Implicit(System.Byte[])~StackExchange.Redis.RedisChannel",
        "M:StackExchange.Redis.RedisChannel.op_Implicit(System.String)~StackExchange.Redis.RedisChannel",
        "P:StackExchange.Redis.ConfigurationOptions.HighPrioritySocketThreads",
        "P:StackExchange.Redis.ConfigurationOptions.PreserveAsyncOrder",
        "P:StackExchange.Redis.ConfigurationOptions.ResponseTimeout",
        "P:StackExchange.Redis.ConfigurationOptions.WriteBuffer",
        "P:StackExchange.Redis.ConnectionMultiplexer.IncludeDetailInExceptions",
        "P:StackExchange.Redis.ConnectionMultiplexer.PreserveAsyncOrder",
    ];

    [Fact]
    public void Project_EveryRedisMemberThatItUses_IsInTheNewerVersion()
    {
        var official = OfficialList.Of(Package);
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "Orchestrator"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

        var used = Used([.. sources.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path))]);

        used.Count.ShouldBeGreaterThan(20, "the code that speaks to Redis is found");
        used.Where(id => !official.HasOrExtends(id)).ShouldBeEmpty();
        used.Intersect(Obsolete).ShouldBeEmpty();
    }

    [Fact]
    public void Used_MembersOfEveryKind_AreFoundAndJudged()
    {
        var used = Used([CSharpSyntaxTree.ParseText("""
            using StackExchange.Redis;
            class C
            {
                async Task M(IDatabase db, Unknown other)
                {
                    RedisKey key = "k";
                    await db.StringGetAsync(key, CommandFlags.None);
                    db.Multiplexer.PreserveAsyncOrder = false;
                    db.Multiplexer.GetSubscriber().Publish("channel", "message");
                    other.Whatever();
                }
            }
            """)]);

        used.ShouldContain("T:StackExchange.Redis.IDatabase");
        used.ShouldContain("M:StackExchange.Redis.IDatabaseAsync.StringGetAsync(StackExchange.Redis.RedisKey,StackExchange.Redis.CommandFlags)");
        used.Intersect(Obsolete).ShouldBe(
            [
                "M:StackExchange.Redis.RedisChannel.op_Implicit(System.String)~StackExchange.Redis.RedisChannel",
                "P:StackExchange.Redis.ConnectionMultiplexer.PreserveAsyncOrder",
            ],
            ignoreOrder: true);
        var official = OfficialList.Parse("T:StackExchange.Redis.IDatabase");
        used.Count(id => !official.HasOrExtends(id)).ShouldBe(used.Count - 1);
        OfficialList.Parse("M:T.M(System.Int32,System.Int32)").HasOrExtends("M:T.M(System.Int32)").ShouldBeTrue("a parameter was added");
        OfficialList.Parse("M:T.M(System.Int32,System.Int32)").HasOrExtends("M:T.M(System.Int64)").ShouldBeFalse();
    }

    // The rest of the project is not compiled along: what it lacks leaves errors, but not in calls to Redis.
    private static SortedSet<string> Used(IReadOnlyList<SyntaxTree> sources)
    {
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Redis", [usings, .. sources], references);
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tree in sources)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>())
            {
                var info = model.GetSymbolInfo(node);
                Add(info.Symbol ?? info.CandidateSymbols.FirstOrDefault());
                Add(model.GetConversion(node).MethodSymbol);
            }
        }

        return used;

        void Add(ISymbol? symbol)
        {
            if (symbol is IMethodSymbol method)
                symbol = method.AssociatedSymbol ?? method.ReducedFrom ?? method;
            if (symbol is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
                && symbol.ContainingAssembly?.Name == Package)
                used.Add(symbol.OriginalDefinition.GetDocumentationCommentId()!);
        }
    }
}

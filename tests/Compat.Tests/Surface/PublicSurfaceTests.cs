using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Compat.Tests.Surface;

/// <summary>Code that compiles against a stand-in must compile against the official package.</summary>
public sealed class PublicSurfaceTests
{
    // compat/Feed.targets marks this assembly with the name of every project in that folder.
    private const string Mark = "StandIn:";

    private static IEnumerable<string> Names => typeof(PublicSurfaceTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(attribute => attribute.Key.StartsWith(Mark, StringComparison.Ordinal))
        .Select(attribute => attribute.Key[Mark.Length..]);

    public static TheoryData<string> StandIns => [.. Names];

    [Theory]
    [MemberData(nameof(StandIns))]
    public void StandIn_EveryPublicMember_IsOfficial(string assembly)
    {
        var official = OfficialList.Of(assembly);
        var members = PublicMembers.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

        members.ShouldNotBeEmpty();
        members.Where(id => !official.Has(id)).ShouldBeEmpty($"{assembly} has public members that the official package lacks");
    }

    // What generated stubs and both engines bind to is all there; the other stand-ins have what the project uses.
    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void StandIn_OfTheGrpcApi_LacksNothing(string assembly)
    {
        var members = PublicMembers.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

        OfficialList.Of(assembly).Members.Except(members)
            .Where(id => !id.EndsWith(".ToString", StringComparison.Ordinal)) // on every object
            .ShouldBeEmpty();
    }

    [Fact]
    public void StandIns_OfGrpc_AreAmongThem() =>
        new[] { "Grpc.Core.Api", "Grpc.Net.Common", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server.Reflection" }
            .Except(Names)
            .ShouldBeEmpty();

    [Fact]
    public void Members_OfEveryKind_AreFoundAndComparedById()
    {
        const string Source = """
            namespace N;
            public class C<T>
            {
                protected C(T value) { }
                internal C() { }
                public static int Field;
                private protected int Hidden;
                public int this[string key] { get => 0; set { } }
                public event System.Action? Changed;
                public U M<U>(ref T a, U[] b, System.Collections.Generic.List<int?> c) => b[0];
                public override string ToString() => "";
                protected internal struct S { public int X; }
                internal class Internal { public void Unseen() { } }
            }
            public delegate void D(int x);
            internal class Unseen { public int X; }
            """;
        var compilation = CSharpCompilation.Create(
            "Members",
            [CSharpSyntaxTree.ParseText(Source)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        var ids = PublicMembers.Of(compilation.Assembly);

        ids.ShouldBe(
            [
                "T:N.C`1", "M:N.C`1.#ctor(`0)", "F:N.C`1.Field", "P:N.C`1.Item(System.String)", "E:N.C`1.Changed",
                "M:N.C`1.M``1(`0@,``0[],System.Collections.Generic.List{System.Nullable{System.Int32}})",
                "T:N.C`1.S", "F:N.C`1.S.X", "M:N.C`1.S.#ctor",
                "T:N.D", "M:N.D.#ctor(System.Object,System.IntPtr)", "M:N.D.Invoke(System.Int32)",
                "M:N.D.BeginInvoke(System.Int32,System.AsyncCallback,System.Object)", "M:N.D.EndInvoke(System.IAsyncResult)",
            ],
            ignoreOrder: true);
        var official = OfficialList.Parse("# a comment", "", "T:N.C`1", "T:Other.*");
        official.Has("T:N.C`1").ShouldBeTrue();
        official.Has("F:N.C`1.Field").ShouldBeFalse();
        official.Has("M:Other.Deep.Type.M").ShouldBeTrue();
    }
}

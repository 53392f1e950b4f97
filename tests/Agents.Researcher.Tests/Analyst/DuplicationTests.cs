using Agents.Rules.Metrics.Duplication;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Analyst;

public sealed class DuplicationTests
{
    private static string Body(string name, int start = 0) =>
        string.Concat(Enumerable.Range(start, 12).Select(i => $"    var value{i} = {name}.Compute{i}(first, second + {i});\n"));

    private static DuplicationMetrics Of(params (string File, string Text)[] files)
    {
        var finder = new DuplicateFinder();
        foreach (var (file, text) in files)
            finder.Add(new TextFile(file, text), Language(file));
        return finder.Finish(20);
    }

    private static Language Language(string file) => Path.GetExtension(file) switch { ".cs" => Languages.CSharp, ".py" => Languages.Python, _ => Languages.JavaScript };

    [Fact]
    public void Find_CopyWithOtherLayoutAndComments_GivesBothPlacesExactly()
    {
        var body = Body("engine");
        var found = Of(
            ("a.cs", $"class A\n{{\n  void M()\n  {{\n{body}  }}\n}}\n"),
            ("b.cs", $"// another\nclass B\n{{\n  int Unlike;\n  void Other(int x)\n  {{\n{body.Replace(", second", ",   /* here */ second")}  Finish();\n  }}\n}}\n"));

        var block = found.Largest.ShouldHaveSingleItem();
        block.Places.ShouldBe([new DuplicatePlace("a.cs", 4, 16), new DuplicatePlace("b.cs", 6, 18)]);
        found.Blocks.ShouldBe(1);
        found.DuplicatedLines.ShouldBe(26);
        found.ComparedLines.ShouldBe(18 + 20);
        found.Percent.ShouldBe(Math.Round(100 * 26 / 38.0, 1));
    }

    [Theory]
    [InlineData(".cs")]
    [InlineData(".js")]
    [InlineData(".py")]
    public void Find_ThreeCopies_AreOneBlockWithThreePlaces(string extension)
    {
        var body = Body("engine");
        var found = Of(("a" + extension, "start();\n" + body + "end(1);\n"), ("b" + extension, body + "other(2);\n"), ("c" + extension, "more(\"x\");\n" + body));

        found.Largest.ShouldHaveSingleItem().Copies.ShouldBe(3);
        found.Largest[0].Places.Select(place => (place.StartLine, place.EndLine)).ShouldBe([(2, 13), (1, 12), (2, 13)]);
    }

    [Fact]
    public void Find_CopyInTheSameFile_DoesNotOverlapItself()
    {
        var found = Of(("a.js", Body("engine") + "between();\n" + Body("engine")));

        found.Largest.ShouldHaveSingleItem().Places.Select(place => (place.StartLine, place.EndLine)).ShouldBe([(1, 12), (14, 25)]);
        found.Percent.ShouldBe(96);
    }

    [Fact]
    public void Find_OtherNamesOrOtherTexts_AreNoCopies() =>
        Of(("a.js", Body("engine")), ("b.js", Body("motor")), ("c.js", Texts("x")), ("d.js", Texts("y"))).Blocks.ShouldBe(0);

    [Fact]
    public void Find_TablesAndImports_AreNoCopies()
    {
        var zeros = string.Concat(Enumerable.Repeat("    0, 0, 0, 0, 0, 0, 0, 0,\n", 40));
        var imports = string.Concat(Enumerable.Range(0, 40).Select(i => $"using System.Space{i};\n"));

        Of(("a.js", $"a = [\n{zeros}];\n"), ("b.js", $"b = [\n{zeros}];\n"), ("a.cs", imports), ("b.cs", imports)).Percent.ShouldBe(0);
    }

    [Fact]
    public void Find_MoreTokensThanAreKept_SaysHowManyFilesWereLeftOut()
    {
        var finder = new DuplicateFinder(mostTokens: 100);
        for (var i = 0; i < 4; i++)
            finder.Add(new TextFile($"{i}.js", Body("engine")), Languages.JavaScript);

        finder.NotCompared.ShouldBe(3);
    }

    private static string Texts(string text) => string.Concat(Enumerable.Range(0, 30).Select(i => $"call{i}(\"{text}{i}\");\n"));
}

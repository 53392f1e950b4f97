using Agents.Workspaces;

namespace Agents.Researcher.Tests.Workspaces;

/// <summary>The judge is git itself: what it would add is what the walk has to list.</summary>
public sealed class IgnoreTests : IDisposable
{
    private static readonly string[] Tree =
    [
        "a.log", "keep.log", "build/out.txt", "build2/build", "src/build/x.txt", "src/keep.log", "src/a.log", "src/deep/a.tmp", "src/deep/important.tmp",
        "doc/frotz/x.txt", "a/doc/frotz/x.txt", "foo/bar/1.txt", "x/foo/bar/1.txt", "#hash", "!bang", "space .txt", "q1.dat", "q22.dat", "ab.z", "cb.z", "logs/deep/er/1.txt",
        "logs/keep/2.txt", "m/n/o/p.cfg", "m/p.cfg", "tmp", "dir/tmp/a.txt", "star*name.txt", "[x].md", "x.md", "src/.gitignored", "a\\b.txt", "{p,q}.w", "p.w", "vendor/a/b.js", "vendor/a/c.js",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.log\n!keep.log", "")]
    [InlineData("*.log", "!a.log\n*.tmp\n!important.tmp")]
    [InlineData("/build\ntmp/", "")]
    [InlineData("build\n# comment\n\n\\#hash\n\\!bang", "")]
    [InlineData("doc/frotz\n**/foo/bar", "")]
    [InlineData("logs/**\n!logs/keep/", "")]
    [InlineData("m/**/p.cfg\nq?.dat\n[!c]b.z", "/build/\n/deep/*.tmp")]
    [InlineData("star\\*name.txt\n\\[x].md\nspace .txt   ", "")]
    [InlineData("*\n!*/\n!*.txt", "*\n!.gitignore")]
    [InlineData("{p,q}.w\nsrc/\n!src/keep.log", "")]
    [InlineData("a/**/x.txt\n/*.md\n[[:digit:]]*\nq[0-9].dat", "")]
    [InlineData("vendor/*\n!vendor/a\nvendor/a/b.js", "")]
    [InlineData("foo/*\n**/deep/**\nlogs/*/er", "")]
    [InlineData("[z-a]x\nabc\\\n**\n!**/*.txt\n!*/", "")]
    public void Files_GitIgnore_AgreesWithGit(string root, string nested)
    {
        foreach (var path in Tree)
            _folder.Write(path, "x");
        _folder.Write(".gitignore", root).Write("src/.gitignore", nested);
        _folder.Git("init", "-q");

        var expected = _folder.Git("ls-files", "-z", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries);

        _folder.Open().Files().Select(file => file.Path).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Files_RepositoryExclude_IsRead()
    {
        _folder.Git("init", "-q");
        _folder.Write("a.txt", "x").Write("b.txt", "x").Write(".git/info/exclude", "b.txt\n");

        _folder.Open().Files().Select(file => file.Path).ShouldBe(["a.txt"]);
    }
}

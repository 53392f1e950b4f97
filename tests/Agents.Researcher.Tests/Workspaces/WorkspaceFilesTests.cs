using System.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Workspaces;

public sealed class WorkspaceFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (List<string> Paths, SkipReport Skips) Walk(WalkOptions? options = null)
    {
        var skips = new SkipReport();
        return ([.. _folder.Open().Files(options, skips).Select(file => file.Path)], skips);
    }

    [Fact]
    public void Files_AnyTree_AreInOrdinalOrderOfTheirPaths()
    {
        foreach (var path in new[] { "b.txt", "a/z.txt", "a.txt", "a-b/x.txt", "B.txt", "a/b/c.txt" })
            _folder.Write(path, "x");

        Walk().Paths.ShouldBe(["B.txt", "a-b/x.txt", "a.txt", "a/b/c.txt", "a/z.txt", "b.txt"]);
    }

    [Fact]
    public void Files_DependenciesAndBuildOutput_AreSkippedWithTheReason()
    {
        _folder.Write("node_modules/left/index.js", "x").Write("src/app.csproj", "<Project/>").Write("src/bin/Debug/a.txt", "x")
            .Write("src/obj/project.assets.json", "{}").Write("venv/pyvenv.cfg", "x").Write("venv/lib/a.py", "x").Write("tools/bin/run.sh", "#!/bin/sh\n");

        var (paths, skips) = Walk();

        paths.ShouldBe(["src/app.csproj", "tools/bin/run.sh"]);
        skips.Entries.Select(s => (s.Reason, s.Count)).ShouldBe([("build_output", 2), ("dependencies", 2)]);
    }

    [Fact]
    public void Files_BinaryByContent_AreSkippedAndUtf16IsKept()
    {
        _folder.Write("image.txt", [0x89, 0x50, 0, 0, 1, 2, 3, 0, 0, 9]).Write("doc.md", "%PDF-1.7 text all the way").Write("ok.cs", "class A;")
            .Write("marked.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a line of text")])
            .Write("unmarked.txt", Encoding.BigEndianUnicode.GetBytes("a line of text"));

        var (paths, skips) = Walk();

        paths.ShouldBe(["marked.txt", "ok.cs", "unmarked.txt"]);
        skips.Entries.Single().ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("binary"), s => s.Examples.ShouldBe(["doc.md", "image.txt"]));
        _folder.Open().Read("marked.txt").Text.ShouldBe("a line of text");
        _folder.Open().Read("unmarked.txt").Text.ShouldBe("a line of text");
    }

    [Fact]
    public void Files_LinksOutAndInCircles_AreNotFollowed()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret.txt", "x");
        _folder.Write("in/a.txt", "x");
        Directory.CreateSymbolicLink(_folder.Combine("out"), outside.Path);
        Directory.CreateSymbolicLink(_folder.Combine("in/loop"), _folder.Path);
        File.CreateSymbolicLink(_folder.Combine("link.txt"), outside.Combine("secret.txt"));
        File.CreateSymbolicLink(_folder.Combine("dangling.txt"), outside.Combine("gone"));

        var (paths, skips) = Walk();

        paths.ShouldBe(["in/a.txt"]);
        skips.Entries.Single().ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("symbolic_link"), s => s.Count.ShouldBe(4));
    }

    [Fact]
    public void Files_NameThatIsNotText_IsReportedAndTheRestGoesOn()
    {
        _folder.Write("good.txt", "x");
        _folder.Run("python3", "-c", "open(b'bad-\\xff.txt','w').write('x')");

        var (paths, skips) = Walk();

        paths.ShouldBe(["good.txt"]);
        skips.Entries.Single().Reason.ShouldBe("unreadable");
        _folder.Run("python3", "-c", "import os; os.remove(b'bad-\\xff.txt')");
    }

    [Fact]
    public void Files_OddNames_AreListedAsTheyAre()
    {
        string[] names = ["\ttab.txt", " blank .txt", "a\nb.txt", "back\\slash.txt", "per%20cent.txt", "quote\"'.txt", "ümläut-日本.txt"];
        foreach (var name in names)
            _folder.Write(name, "x");

        Walk().Paths.ShouldBe(names);
    }

    [Fact]
    public void Files_NamedPipe_DoesNotBlock()
    {
        _folder.Run("mkfifo", "pipe.txt");

        Walk().Paths.ShouldBe(["pipe.txt"]);
        _folder.Open().Read("pipe.txt").LineCount.ShouldBe(0);
    }

    [Fact]
    public void Files_OverTheSizeBound_AreSkipped()
    {
        _folder.Write("big.txt", new string('x', 101)).Write("small.txt", new string('x', 100));

        var (paths, skips) = Walk(new WalkOptions { MaxFileBytes = 100 });

        paths.ShouldBe(["small.txt"]);
        skips.Entries.Single().Reason.ShouldBe("too_large");
    }

    [Fact]
    public void Files_OverTheCount_StopAndSaySo()
    {
        for (var i = 0; i < 5; i++)
            _folder.Write($"{i}.txt", "x");

        var (paths, skips) = Walk(new WalkOptions { MaxFiles = 3 });

        paths.Count.ShouldBe(3);
        skips.Truncated.ShouldBeTrue();
        Walk(new WalkOptions { MaxFiles = 5 }).Skips.Truncated.ShouldBeFalse();
    }

    [Fact]
    public void Files_IncludeExcludeAndPaths_Narrow()
    {
        _folder.Write("src/a.cs", "x").Write("src/deep/b.cs", "x").Write("src/deep/c.js", "x").Write("src2/d.cs", "x").Write("test/e.cs", "x");

        Walk(new WalkOptions { Include = ["*.cs"], Exclude = ["test/**"] }).Paths.ShouldBe(["src/a.cs", "src/deep/b.cs", "src2/d.cs"]);
        Walk(new WalkOptions { Paths = ["src"] }).Paths.ShouldBe(["src/a.cs", "src/deep/b.cs", "src/deep/c.js"]);
        Walk(new WalkOptions { Paths = ["src/deep/c.js", "test"] }).Paths.ShouldBe(["src/deep/c.js", "test/e.cs"]);
        Should.Throw<WorkspaceException>(() => Walk(new WalkOptions { Paths = ["nowhere"] })).Message.ShouldBe("paths[0]: 'nowhere' does not exist in the workspace.");
    }

    [Fact]
    public void Files_Generated_AreMarkedOrSkipped()
    {
        _folder.Write("a.min.js", "x").Write("b.js", new string('x', 5000)).Write("c.cs", "// <auto-generated/>\nclass C;").Write("d.cs", "class D; // normal").Write("package-lock.json", "{}");

        _folder.Open().Files().Where(file => file.Generated).Select(file => file.Path).ShouldBe(["a.min.js", "b.js", "c.cs", "package-lock.json"]);
        Walk(new WalkOptions { SkipGenerated = true }).Paths.ShouldBe(["d.cs"]);
    }
}

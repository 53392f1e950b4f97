namespace Agents.Tools.Tests;

/// <summary>fs.write, fs.patch and fs.delete: the copy changes, the workspace and the world beside it do not.</summary>
public sealed class FileChangeTests : IDisposable
{
    private readonly ToolFixture _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task Write_File_ChangesTheCopyOnly()
    {
        _tools.Write("a.txt", "old");
        _tools.Write("keep.txt", "same");
        var before = ToolFixture.Everything(_tools.Root);

        await _tools.CallAsync("fs.write", """{"path": "a.txt", "text": "new", "replace": true}""");
        await _tools.CallAsync("fs.write", """{"path": "deep/er/b.txt", "text": "b"}""");

        (await _tools.CallAsync("fs.read", """{"path": "a.txt"}"""))["text"]!.GetValue<string>().ShouldBe("new");
        ToolFixture.Everything(_tools.Root).ShouldBe(before);
        _tools.Folder.Changes(CancellationToken.None).ShouldBe([new FileChange("a.txt", "modified", 3), new FileChange("deep/er/b.txt", "added", 1)]);
    }

    [Fact]
    public async Task Delete_FileOrLink_ChangesTheCopyOnly()
    {
        _tools.Write("a/b.txt", "old");
        File.CreateSymbolicLink(Path.Combine(_tools.Root, "in"), "a/b.txt");
        var before = ToolFixture.Everything(_tools.Root);

        await _tools.CallAsync("fs.delete", """{"path": "in"}""");
        _tools.Folder.Changes(CancellationToken.None).ShouldBeEmpty();
        await _tools.CallAsync("fs.delete", """{"path": "a/b.txt"}""");

        _tools.Folder.Changes(CancellationToken.None).ShouldBe([new FileChange("a/b.txt", "deleted", 0)]);
        ToolFixture.Everything(_tools.Root).ShouldBe(before);
    }

    [Theory]
    [InlineData("../secret.txt", "leads out")]
    [InlineData("none.txt", "is not a file")]
    [InlineData("a", "is a folder")]
    [InlineData("none/x.txt", "is not a file")]
    [InlineData(".git/config", "version control")]
    public async Task Delete_WhatIsNoFileOfTheWorkspace_IsRefused(string path, string reason)
    {
        _tools.Write("a/b.txt", "old");

        (await _tools.FailAsync("fs.delete", $$"""{"path": "{{path}}"}""")).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Write_FileThatIsThere_NeedsReplace()
    {
        _tools.Write("a.txt", "old");

        (await _tools.FailAsync("fs.write", """{"path": "a.txt", "text": "new"}""")).Message.ShouldBe("args.path: 'a.txt' is there already, and args.replace is not true.");
    }

    [Theory]
    [InlineData("../x", "leads out")]
    [InlineData("/etc/x", "relative")]
    [InlineData("a/../../x", "leads out")]
    [InlineData("out/x", "the link 'out'")]
    [InlineData("in/x", "the link 'in'")]
    [InlineData(".git/hooks/pre-commit", "version control")]
    [InlineData("dir", "is a folder")]
    [InlineData("file/x", "'file', which is a file")]
    public async Task Write_PathThatLeadsOut_IsRefused(string path, string rule)
    {
        _tools.Write("dir/x", "x");
        _tools.Write("file", "x");
        Directory.CreateSymbolicLink(Path.Combine(_tools.Root, "in"), "dir");
        _tools.Folder.Writable(CancellationToken.None);
        Directory.CreateSymbolicLink(Path.Combine(_tools.Folder.Files.Root, "out"), _tools.Outside); // as a program may make one in the copy
        var before = ToolFixture.Everything(_tools.Outside);

        (await _tools.FailAsync("fs.write", $$"""{"path": "{{path}}", "text": "x", "replace": true}""")).Message.ShouldContain(rule);

        ToolFixture.Everything(_tools.Outside).ShouldBe(before);
    }

    [Fact]
    public async Task Write_OverALinkThatLeadsOut_ReplacesTheLink()
    {
        _tools.Folder.Writable(CancellationToken.None);
        File.CreateSymbolicLink(Path.Combine(_tools.Folder.Files.Root, "link"), Path.Combine(_tools.Outside, "secret.txt"));

        await _tools.CallAsync("fs.write", """{"path": "link", "text": "mine", "replace": true}""");

        (await File.ReadAllTextAsync(Path.Combine(_tools.Outside, "secret.txt"))).ShouldBe("secret");
        (await _tools.CallAsync("fs.read", """{"path": "link"}"""))["text"]!.GetValue<string>().ShouldBe("mine");
    }

    [Theory]
    [InlineData("one\ntwo\nthree\n", "@@ -2 +2 @@\\n-two\\n+TWO", "one\nTWO\nthree\n")]
    [InlineData("one\r\ntwo\r\n", "@@ -1,2 +1,3 @@\\n one\\n+and\\n two", "one\r\nand\r\ntwo\r\n")]
    [InlineData("x\none\ntwo\n", "--- a/f\\n+++ b/f\\n@@ -1,2 +1,1 @@\\n one\\n-two", "x\none\n")]
    [InlineData("", "@@ -0,0 +1,2 @@\\n+a\\n+b", "a\nb\n")]
    [InlineData("a\nb\nc\nd\n", "@@ -1 +1,2 @@\\n+0\\n a\\n@@ -4 +5 @@\\n-d\\n+D", "0\na\nb\nc\nD\n")]
    [InlineData("a\nb", "@@ -2 +2 @@\\n-b\\n\\\\ No newline at end of file\\n+c", "a\nc\n")]
    public async Task Patch_Hunks_AreApplied(string text, string patch, string expected)
    {
        _tools.Write("f", text);

        await _tools.CallAsync("fs.patch", $$"""{"path": "f", "patch": "{{patch}}"}""");

        (await File.ReadAllTextAsync(Path.Combine(_tools.Folder.Files.Root, "f"))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("@@ -1 +1 @@\\n-none\\n+x", "does not fit")]
    [InlineData("@@ -9 +9 @@\\n-same\\n+x", "more than one place")]
    [InlineData("@@ -1,3 +1 @@\\n-same\\n+x", "says 3 old and 1 new lines")]
    [InlineData("hello", "has no hunk")]
    [InlineData("@@ -1 +1 @@\\n-same\\n+x\\n--- a/g\\n+++ b/g\\n@@ -1 +1 @@\\n-x\\n+y", "second file")]
    public async Task Patch_ThatDoesNotFit_ChangesNothing(string patch, string message)
    {
        _tools.Write("f", "same\nsame\n");

        (await _tools.FailAsync("fs.patch", $$"""{"path": "f", "patch": "{{patch}}"}""")).Message.ShouldContain(message);

        _tools.Folder.Changes(CancellationToken.None).ShouldBeEmpty();
    }
}

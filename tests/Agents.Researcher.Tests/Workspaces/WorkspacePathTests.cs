using Agents.Workspaces;

namespace Agents.Researcher.Tests.Workspaces;

public sealed class WorkspacePathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../x", "leads out of the workspace")]
    [InlineData("a/../../x", "leads out of the workspace")]
    [InlineData("/etc/passwd", "must be relative")]
    [InlineData("", "must not be empty")]
    [InlineData("nowhere.txt", "does not exist")]
    [InlineData("link/passwd", "is a link that leads out")]
    [InlineData("file-link", "is a link that leads out")]
    public void Resolve_PathThatIsNotInside_NamesFieldAndRule(string path, string rule)
    {
        Directory.CreateSymbolicLink(_folder.Combine("link"), "/etc");
        File.CreateSymbolicLink(_folder.Combine("file-link"), "/etc/passwd");

        var error = Should.Throw<WorkspaceException>(() => _folder.Open().Resolve(path, "file"));

        error.Code.ShouldBe("INVALID_INPUT");
        error.Message.ShouldStartWith("file:");
        error.Message.ShouldContain(rule);
    }

    [Fact]
    public void Resolve_LinkWithinTheWorkspace_GivesItsTarget()
    {
        _folder.Write("real/a.txt", "text");
        Directory.CreateSymbolicLink(_folder.Combine("link"), _folder.Combine("real"));
        var workspace = _folder.Open();

        workspace.Relative(workspace.Resolve("link/a.txt")).ShouldBe("real/a.txt");
    }

    [Fact]
    public void Open_RootThatIsALink_Works()
    {
        _folder.Write("real/a.txt", "text");
        Directory.CreateSymbolicLink(_folder.Combine("root"), _folder.Combine("real"));

        var workspace = Workspace.Open(_folder.Combine("root"));

        workspace.Files().Single().Path.ShouldBe("a.txt");
        workspace.Read("a.txt").Text.ShouldBe("text");
    }

    [Theory]
    [InlineData("/nowhere/at/all", "does not exist")]
    [InlineData("", "no folder was given")]
    [InlineData("/etc/passwd", "is a file, not a folder")]
    public void Open_MissingRoot_SaysSo(string root, string rule)
    {
        var error = Should.Throw<WorkspaceException>(() => Workspace.Open(root));

        error.Code.ShouldBe("WORKSPACE_MISSING");
        error.Message.ShouldContain(rule);
    }

    [Fact]
    public async Task ReadAsync_FolderBinaryOrTooLarge_IsRefused()
    {
        _folder.Write("d/a.txt", "12345").Write("b.bin", [0, 1, 2, 3, 4]);
        var workspace = _folder.Open();

        (await Should.ThrowAsync<WorkspaceException>(() => workspace.ReadAsync("d"))).Message.ShouldContain("is a folder");
        (await Should.ThrowAsync<WorkspaceException>(() => workspace.ReadAsync("b.bin"))).Message.ShouldContain("not a text file");
        (await Should.ThrowAsync<WorkspaceException>(() => workspace.ReadAsync("d/a.txt", maxBytes: 4))).Message.ShouldContain("has 5 bytes, more than the 4");
    }

    [Fact]
    public void TextFile_AnyLineEnds_CountsAndQuotesLiterally()
    {
        var file = new TextFile("a", "one\r\ntwo\rthree\n\nfive");

        file.LineCount.ShouldBe(5);
        file.Line(3).ShouldBe("three");
        file.Quote(1, 3).ShouldBe("one\r\ntwo\rthree");
        file.LineAt(0).ShouldBe(1);
        file.LineAt(file.Text.IndexOf("five", StringComparison.Ordinal)).ShouldBe(5);
        file.HasRange(4, 5).ShouldBeTrue();
        file.HasRange(5, 6).ShouldBeFalse();
        new TextFile("a", "x\n").LineCount.ShouldBe(1);
    }
}

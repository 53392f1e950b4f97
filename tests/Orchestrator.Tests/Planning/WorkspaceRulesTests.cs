using Orchestrator.Planning;
using Orchestrator.Processing;

namespace Orchestrator.Tests.Planning;

public sealed class WorkspaceRulesTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly TemporaryFolder _outside = new();

    public void Dispose()
    {
        _root.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public void Resolve_RootAndBelow_GivesTheRealPath()
    {
        var inner = _root.Folder("inner");
        Rules().Resolve(_root.Path).ShouldBe(_root.Path);
        Rules().Resolve(inner + "/../inner/").ShouldBe(inner);
        Directory.CreateSymbolicLink(Path.Combine(_root.Path, "link"), "inner");
        Rules().Resolve(Path.Combine(_root.Path, "link")).ShouldBe(inner);
    }

    [Fact]
    public void Resolve_RootThatIsALink_AllowsWhatItLeadsTo()
    {
        var link = Path.Combine(_outside.Path, "root");
        Directory.CreateSymbolicLink(link, _root.Path);
        new WorkspaceRules([link]).Resolve(Path.Combine(link, ".")).ShouldBe(_root.Path);
    }

    [Fact]
    public void Resolve_NotAllowed_SaysWhy()
    {
        Refused("relative/path", "INVALID_INPUT", "must be an absolute path");
        Refused("", "INVALID_INPUT", "must be an absolute path");
        Refused("/a\0b", "INVALID_INPUT", "NUL");
        Refused("/" + new string('a', 5000), "INVALID_INPUT", "5001 characters");
        Refused(_outside.Path, "WORKSPACE_NOT_ALLOWED", _root.Path);
        Refused(_root.Path + "/..", "WORKSPACE_NOT_ALLOWED", "below");
        Refused(_root.Path + "x", "WORKSPACE_NOT_ALLOWED", "below");
        Refused(Path.Combine(_root.Path, "none"), "WORKSPACE_MISSING", "no such folder");
        Refused(_root.Write("file.txt"), "WORKSPACE_MISSING", "this is a file");
    }

    [Fact]
    public void Resolve_LinkThatLeadsOut_IsNotAllowed()
    {
        var link = Path.Combine(_root.Path, "out");
        Directory.CreateSymbolicLink(link, _outside.Path);
        Refused(link, "WORKSPACE_NOT_ALLOWED", "below");
        _outside.Folder("deep");
        Refused(Path.Combine(link, "deep"), "WORKSPACE_NOT_ALLOWED", "below");
    }

    [Fact]
    public void Resolve_LinksInACircle_AreRefused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root.Path, "a"), Path.Combine(_root.Path, "b"));
        Directory.CreateSymbolicLink(Path.Combine(_root.Path, "b"), Path.Combine(_root.Path, "a"));
        Refused(Path.Combine(_root.Path, "a"), "WORKSPACE_UNREADABLE", "circle");
    }

    [Fact]
    public void Resolve_NoRoots_AllowsNothing() =>
        Should.Throw<RequestRefusedException>(() => new WorkspaceRules([]).Resolve(_root.Path)).Message.ShouldContain("Workspaces:Roots is empty");

    [Fact]
    public void Roots_Relative_AreRefused() =>
        Should.Throw<ArgumentException>(() => new WorkspaceRules(["here"])).Message.ShouldContain("'here'");

    private WorkspaceRules Rules() => new([_root.Path]);

    private void Refused(string path, string code, string reason)
    {
        var refusal = Should.Throw<RequestRefusedException>(() => Rules().Resolve(path));
        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldContain(reason);
        refusal.Field.ShouldBe("workspace.path");
    }
}

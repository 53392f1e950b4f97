namespace Agents.Writer.Tests.Chains;

public sealed class GitToolTests : IAsyncLifetime
{
    private readonly ChainFixture _chain = new();

    public async Task InitializeAsync()
    {
        _chain.Write("a.txt", "one\n");
        _chain.Write("dir/ü name.txt", "x\n");
        await _chain.GitAsync("init", "-q");
        await _chain.GitAsync("add", "-A");
        await _chain.GitAsync("commit", "-q", "-m", "First: with | and \"quotes\"");
        _chain.Write("a.txt", "one\ntwo\n");
        await _chain.GitAsync("commit", "-q", "-am", "Second");
    }

    public Task DisposeAsync()
    {
        _chain.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Log_Path_GivesItsCommitsNewestFirst()
    {
        var all = (await _chain.OneAsync("git.log", "{}")).Output!["commits"]!.AsArray();
        var one = (await _chain.OneAsync("git.log", """{"path": "dir"}""")).Output!["commits"]!.AsArray();

        all.Select(commit => commit!["subject"]!.GetValue<string>()).ShouldBe(["Second", "First: with | and \"quotes\""]);
        all[0]!["hash"]!.GetValue<string>().Length.ShouldBe(40);
        all[0]!["author"]!.GetValue<string>().ShouldBe("Test");
        one.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Diff_Revisions_GivesTextAndCounts()
    {
        var output = (await _chain.OneAsync("git.diff", """{"from": "HEAD~1", "to": "HEAD"}""")).Output!;

        output["diff"]!.GetValue<string>().ShouldContain("+two");
        output["files"]!.ToJsonString().ShouldBe("""[{"path":"a.txt","added":1,"deleted":0}]""");
    }

    [Fact]
    public async Task Status_Changes_AreListedByName()
    {
        _chain.Write("dir/ü name.txt", "y\n");
        _chain.Write("new.txt", "");

        var output = (await _chain.OneAsync("git.status", "{}")).Output!;

        output["branch"]!.GetValue<string>().ShouldBe("main");
        output["clean"]!.GetValue<bool>().ShouldBeFalse();
        output["entries"]!.AsArray().Select(entry => (entry!["status"]!.GetValue<string>(), entry["path"]!.GetValue<string>())).ShouldBe([(" M", "dir/ü name.txt"), ("??", "new.txt")]);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Status_RepositoryThatRunsPrograms_RunsNone()
    {
        var proof = Path.Combine(_chain.Outside, "ran");
        var script = Path.Combine(_chain.Root, "evil.sh");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\ntouch {proof}\ncat\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await _chain.GitAsync("config", "core.fsmonitor", script);
        await _chain.GitAsync("config", "diff.external", script);
        await _chain.GitAsync("config", "filter.evil.clean", script);
        await _chain.GitAsync("config", "filter.evil.required", "true");
        _chain.Write(".gitattributes", "*.txt filter=evil diff=evil\n");
        await _chain.GitAsync("config", "diff.evil.textconv", script);
        await _chain.GitAsync("config", "diff.evil.command", script);
        File.Delete(proof);
        _chain.Write("a.txt", "six\n");

        (await _chain.OneAsync("git.status", "{}")).Ok.ShouldBeTrue();
        (await _chain.OneAsync("git.diff", "{}")).Output!["diff"]!.GetValue<string>().ShouldContain("+six");
        (await _chain.OneAsync("git.log", "{}")).Ok.ShouldBeTrue();

        File.Exists(proof).ShouldBeFalse();
    }

    [Theory]
    [InlineData("git.log", """{"from": "--output=/tmp/x"}""", "is not a revision")]
    [InlineData("git.diff", """{"from": "-O/etc/passwd"}""", "is not a revision")]
    [InlineData("git.diff", """{"to": "HEAD"}""", "needs args.from")]
    [InlineData("git.log", """{"path": "../x"}""", "must be relative to the workspace")]
    [InlineData("git.log", """{"from": "nosuchbranch"}""", "nosuchbranch")]
    public async Task Git_BadArguments_AreErrors(string tool, string args, string message)
    {
        var step = await _chain.OneAsync(tool, args);

        step.Ok.ShouldBeFalse();
        step.Error!.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Git_RepositoryOutsideOfTheWorkspace_IsNotTouched()
    {
        using var other = new ChainFixture();
        other.Write(".git", $"gitdir: {_chain.Root}/.git\n");
        using var below = new ChainFixture();

        (await other.OneAsync("git.log", "{}")).Error!.Message.ShouldContain("outside of the workspace");
        (await below.OneAsync("git.log", "{}")).Error!.Message.ShouldContain("not a git repository");
    }
}

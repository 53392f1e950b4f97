using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Agents.Tools.Tests;

/// <summary>A secret that was committed stays in the history for ever; no tool of ours tells it.</summary>
public sealed class GitRedactionTests : IDisposable
{
    private const string Token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Password = "correct-horse-battery";
    private readonly ToolFixture _tools = new();

    public GitRedactionTests()
    {
        Git("init", "-q", "-b", "main");
        Commit("begin", ("app.py", "port = 80\n"), ("deploy/.env", "KEY=unquoted-and-odd\n"));
        Commit($"rotate {Token}", ("app.py", $"port = 80\ntoken = \"{Token}\"\npassword = '{Password}'\n"), ("deploy/.env", "KEY=unquoted-and-new\n"));
        Commit("clean up", ("app.py", "port = 81\n"));
    }

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("git.diff", """{"from": "HEAD~2", "to": "HEAD~1"}""", 1)]
    [InlineData("git.diff", """{"from": "HEAD~1"}""", 0)]
    [InlineData("git.show", """{"revision": "HEAD~1"}""", 1)]
    [InlineData("git.show", "{}", 0)]
    [InlineData("git.show", """{"revision": "HEAD~2"}""", 1)]
    [InlineData("git.log", "{}", 0)]
    public async Task CommittedSecret_InWhatGitTells_IsRedacted(string tool, string arguments, int withheld)
    {
        var output = await _tools.CallAsync(tool, arguments);

        var told = output.ToJsonString(Hosting.AgentJson.Options);
        foreach (var secret in new[] { Token, Password, "unquoted-and" })
            told.ShouldNotContain(secret);
        if (tool != "git.log")
        {
            output["diff"]!.GetValue<string>().ShouldContain("port = 80");
            output["withheld"]!.GetValue<int>().ShouldBe(withheld, told);
        }
    }

    [Fact]
    public async Task Show_ACommit_HasItsMessageAndItsChange()
    {
        var output = await _tools.CallAsync("git.show", "{}");

        output["message"]!.GetValue<string>().ShouldBe("clean up");
        output["author"]!.GetValue<string>().ShouldBe("Ada");
        var diff = output["diff"]!.GetValue<string>();
        diff.ShouldStartWith("diff --git a/app.py b/app.py\n");
        diff.ShouldContain("+port = 81\n");
        diff.ShouldContain("-token = \"[REDACTED]\"\n");
    }

    [Theory]
    [InlineData("--output=x")]
    [InlineData("HEAD:deploy/.env")]
    [InlineData("HEAD^{tree}")]
    public async Task Show_WhatIsNoCommit_IsRefused(string revision) =>
        (await _tools.FailAsync("git.show", new JsonObject { ["revision"] = revision }.ToJsonString())).ShouldBeOfType<ToolException>();

    private void Commit(string message, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            _tools.Write(path, text);
        Git("add", "-A", "-f");
        Git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", message);
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _tools.Root, RedirectStandardError = true, UseShellExecute = false })!;
        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, error);
    }
}

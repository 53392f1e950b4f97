using System.Text.Json.Nodes;
using Agents.Hosting;
using Protos.V1;
using Tests.Shared;

namespace Agents.Tools.Tests.Runs;

/// <summary>A run with tools over a workspace that was made to do harm: it changes nothing outside its copy and leaks nothing.</summary>
public sealed class HostileRunTests : IDisposable
{
    private readonly HostileFolder _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task HostileWorkspace_ReadsWritesAndCommands_ChangeNothingOutsideTheCopyAndLeakNothing()
    {
        Environment.SetEnvironmentVariable("HOSTILE_RUN_SECRET", HostileFolder.Secret);
        await using var system = await RunSystem.StartAsync("--Tools:AllowedCommands:0=sh");

        // What somebody does who believes the README.
        var run = await system.SubmitChainAsync("""
            [{"tool": "fs.read", "args": {"path": "README.md"}},
             {"tool": "fs.list", "args": {"max": 10}},
             {"tool": "fs.search", "args": {"query": "s3cret"}},
             {"tool": "code.metrics"},
             {"tool": "fs.read", "continue_on_error": true, "args": {"path": "secret-link"}},
             {"tool": "fs.read", "continue_on_error": true, "args": {"path": "out/secret.txt"}},
             {"tool": "fs.read", "continue_on_error": true, "args": {"path": ".env"}},
             {"tool": "fs.read", "continue_on_error": true, "args": {"path": "huge.bin"}},
             {"tool": "fs.write", "args": {"path": "out/secret.txt", "text": "gone", "replace": true}},
             {"tool": "fs.write", "args": {"path": "README.md", "text": "gone", "replace": true}},
             {"tool": "fs.write", "args": {"path": "many/0/new\nline.txt", "text": "new"}},
             {"tool": "test.run", "args": {"command": "sh", "args": ["-c", "cat README.md; ls many/0/new*; cat secret-link out/secret.txt .env linked.py; exit 0"]}},
             {"tool": "shell.run", "args": {"command": "sh", "args": ["-c", "env; cat secret-link out/secret.txt .env; echo gone > out/secret.txt; rm -rf ./* .[!.]*; ls -A | wc -l"]}}]
            """, _workspace.Root);
        var events = await system.EventsAsync(run);
        // It is an artifact: too large for the log.
        var result = await system.ResultAsync(run);
        result.Status.ShouldBe(State.Completed, result.ToString());
        var output = AgentJson.FromStruct<JsonObject>(result.Output)["output"]!.AsObject();
        var steps = output["steps"]!.AsArray();

        steps.Select(step => step!["ok"]!.GetValue<bool>()).ShouldBe([true, true, true, true, false, false, false, false, true, true, true, true, true], steps.ToJsonString());
        steps[1]!["output"]!["entries"]!.AsArray().Count.ShouldBe(10);
        steps[2]!["output"]!["matches"]!.AsArray().ShouldBeEmpty();
        steps[6]!["error"]!["message"]!.GetValue<string>().ShouldContain("secrets-are-not-read");
        steps[11]!["output"]!["output"]!.GetValue<string>().ShouldStartWith("gone");
        steps[11]!["output"]!["not_copied"]!.AsArray().Select(file => file!["path"]!.GetValue<string>()).ShouldBe([".env", "huge.bin"], ignoreOrder: true);
        // Nothing in the copy leads out: `out` is a folder of its own.
        steps[8]!["output"]!["created"]!.GetValue<bool>().ShouldBeTrue();
        // The program did its worst, to the copy.
        steps[12]!["output"]!["stdout"]!.GetValue<string>().ShouldEndWith("gone0\n");
        output["changes_total"]!.GetValue<int>().ShouldBeGreaterThan(100_000);
        output["changes"]!.AsArray().Count.ShouldBe(1_000);
        foreach (var told in (string[])[string.Concat(events), output.ToJsonString(AgentJson.Options)])
            told.ShouldNotContain(HostileFolder.Secret);
        _workspace.ShouldBeAsItWas();
    }
}

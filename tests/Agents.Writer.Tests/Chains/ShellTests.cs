using Agents.Tools.Processes;

namespace Agents.Writer.Tests.Chains;

public sealed class ShellTests : IDisposable
{
    private readonly ChainFixture _chain = new("sh", "echo", "env", "git --version");

    public void Dispose() => _chain.Dispose();

    [Fact]
    public async Task Run_Arguments_AreGivenAsTheyAre()
    {
        var step = await _chain.OneAsync("shell.run", """{"command": "echo", "args": ["$HOME; `id` && *", "'x'"]}""");

        step.Output!["stdout"]!.GetValue<string>().ShouldBe("$HOME; `id` && * 'x'\n");
        step.Output["exit_code"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData("cat", "[]")]
    [InlineData("/bin/sh", "[]")]
    [InlineData("git", """["log"]""")]
    [InlineData("git", "[]")]
    [InlineData("../sh", "[]")]
    public async Task Run_NotAllowed_IsDenied(string command, string args)
    {
        var step = await _chain.OneAsync("shell.run", $$"""{"command": "{{command}}", "args": {{args}}}""");

        step.Error!.Code.ShouldBe("TOOL_DENIED");
        step.Error.Message.ShouldContain("'git --version'");
    }

    [Fact]
    public async Task Run_AllowedWithItsArguments_Runs() =>
        (await _chain.OneAsync("shell.run", """{"command": "git", "args": ["--version"]}""")).Output!["stdout"]!.GetValue<string>().ShouldStartWith("git version");

    [Fact]
    public async Task Run_ExitCode_IsAnErrorWithItsOutput()
    {
        var step = await _chain.OneAsync("shell.run", """{"command": "sh", "args": ["-c", "echo out; echo err >&2; exit 3"]}""");

        step.Error!.Code.ShouldBe("TOOL_FAILED");
        step.Output!.ToJsonString().ShouldBe("""{"exit_code":3,"stdout":"out\n","stderr":"err\n","truncated":false}""");
    }

    [Fact]
    public async Task Run_Environment_HoldsNoSecrets()
    {
        Environment.SetEnvironmentVariable("CHAIN_TEST_SECRET", "s3cret");
        try
        {
            var text = (await _chain.OneAsync("shell.run", """{"command": "env"}""")).Output!["stdout"]!.GetValue<string>();

            text.ShouldNotContain("s3cret");
            text.ShouldContain("PATH=");
        }
        finally
        {
            Environment.SetEnvironmentVariable("CHAIN_TEST_SECRET", null);
        }
    }

    [Fact]
    public async Task Run_MuchOutput_IsCutAndSaysSo()
    {
        var step = await _chain.OneAsync("shell.run", """{"command": "sh", "args": ["-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"], "max_output": 1000}""");

        step.Ok.ShouldBeTrue();
        step.Output!["stdout"]!.GetValue<string>().Length.ShouldBe(1000);
        step.Output["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Run_TimeLimit_KillsItWithItsChildren()
    {
        var step = await _chain.OneAsync("shell.run", """{"command": "sh", "args": ["-c", "echo $AGENTS_CALL; sleep 600 & setsid sleep 600 & wait"], "time_limit": 1}""");

        step.Error!.Code.ShouldBe("TIMEOUT");
        var marker = step.Output!["stdout"]!.GetValue<string>().Trim();
        marker.Length.ShouldBe(32);
        ProcessGroup.Marked(marker).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ChildLeftBehind_DoesNotOutliveTheStep()
    {
        var step = await _chain.OneAsync("shell.run", """{"command": "sh", "args": ["-c", "echo $AGENTS_CALL; setsid sleep 600 & exit 0"]}""");

        step.Ok.ShouldBeTrue();
        ProcessGroup.Marked(step.Output!["stdout"]!.GetValue<string>().Trim()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ChildThatHides_DoesNotHoldTheStep()
    {
        var time = $"600.{Random.Shared.Next(1_000_000_000)}";

        var step = await _chain.OneAsync("shell.run", $$"""{"command": "sh", "args": ["-c", "env -i setsid sleep {{time}} & exit 0"]}""");

        step.Ok.ShouldBeTrue();
        foreach (var hidden in System.Diagnostics.Process.GetProcessesByName("sleep").Where(p => Arguments(p.Id).Contains(time, StringComparison.Ordinal)))
            hidden.Kill();

        static string Arguments(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline");
            }
            catch (IOException)
            {
                return ""; // it is gone
            }
        }
    }

    [Fact]
    public async Task Run_Cancelled_KillsItWithItsChildren()
    {
        using var cancel = new CancellationTokenSource();
        var file = Path.Combine(_chain.Outside, "marker");
        var running = _chain.OneAsync("shell.run", $$"""{"command": "sh", "args": ["-c", "sleep 600 & echo $AGENTS_CALL > {{file}}.tmp; mv {{file}}.tmp {{file}}; wait"]}""", cancel.Token);
        while (!File.Exists(file) && !running.IsCompleted)
            await Task.Delay(20, CancellationToken.None);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        var marker = (await File.ReadAllTextAsync(file, CancellationToken.None)).Trim();
        ProcessGroup.Marked(marker).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_FolderOutside_IsRefused() =>
        (await _chain.OneAsync("shell.run", """{"command": "echo", "folder": ".."}""")).Error!.Message.ShouldContain("leads out of the workspace");
}

using System.Diagnostics;

namespace Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("sh", 2, "show")]
    [InlineData("audit v", 7, "verify")]
    [InlineData("show run-1 --h", 14, "--history")]
    public async Task Suggest_Line_IsCompleted(string line, int cursor, string expected)
    {
        var ran = await Ran.StartAsync([$"[suggest:{cursor}]", line], null, CancellationToken.None);

        ran.Code.ShouldBe(0, ran.Error);
        ran.Lines.ShouldContain(expected);
        ran.Lines.ShouldNotContain("watch");
    }

    // As bash does it, with the script that it is given.
    [Fact]
    public async Task Completion_Bash_CompletesACommand()
    {
        var script = (await Ran.StartAsync(["completion", "bash"], null, CancellationToken.None)).Output;
        var program = Path.Combine(AppContext.BaseDirectory, "Cli.dll");
        var start = new ProcessStartInfo("bash", ["-c", $$"""
            agents() { dotnet '{{program}}' "$@"; }
            {{script}}
            COMP_LINE='agents sh'; COMP_POINT=9; COMP_WORDS=(agents sh); COMP_CWORD=1
            _agents
            printf '%s\n' "${COMPREPLY[@]}"
            """]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var bash = Process.Start(start)!;
        try
        {
            (await bash.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2))).Trim().ShouldBe("show");
        }
        finally
        {
            bash.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("zsh", "compadd")]
    [InlineData("fish", "complete -c agents")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_OtherShells_AskTheProgram(string shell, string how)
    {
        var ran = await Ran.StartAsync(["completion", shell], null, CancellationToken.None);

        ran.Output.ShouldContain(how);
        ran.Output.ShouldContain("[suggest:");
    }

    [Theory]
    [InlineData("shwo", "agents show")]
    [InlineData("plabook", "agents playbook")]
    public async Task Usage_WordThatIsAlmostACommand_IsAskedBack(string word, string meant)
    {
        var ran = await Ran.StartAsync([word], null, CancellationToken.None);

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain($"Did you mean `{meant}`?");
    }
}

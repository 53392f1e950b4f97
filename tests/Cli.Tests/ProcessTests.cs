using System.Diagnostics;
using Protos.V1;
using Tests.Shared;

namespace Cli.Tests;

/// <summary>The program itself, as a process: signals and a terminal cannot be had in-process.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Run_SigInt_CancelsTheRunAndExitsWithOne()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());
        using var process = Start("dotnet", [Program, "run", "Audit it", "--out", cli.Out, "--server", cli.Server.Address.ToString()]);
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            while (cli.Script.WatchedAfter.IsEmpty && !process.HasExited)
                await Task.Delay(20);
            using (var kill = Start("kill", ["-INT", $"{process.Id}"]))
                await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync(patience.Token);

            process.ExitCode.ShouldBe(1);
            cli.Script.Cancelled.Count.ShouldBe(1);
            (await output).ShouldContain("CANCELLED");
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Watch_OnATerminal_DrawsALineWithABarForEachTask()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());
        using var process = Start("script", ["-qec", $"stty cols 150; dotnet {Program} watch run-1 --server {cli.Server.Address}", "/dev/null"]);
        try
        {
            var text = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync();

            process.ExitCode.ShouldBe(0, text);
            text.ShouldContain("████████████████████");
            text.ShouldContain("Take the inventory");
            text.ShouldContain("3/3 (1 failed)");
            text.ShouldContain("\u001b[");
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Run_ApprovalOnATerminal_IsDecidedByTheKeyboard()
    {
        var script = Recordings.Waiting();
        script.Release(4);
        script.OnDecide = () => script.Release();
        await using var cli = await CliFixture.CreateAsync(script);
        using var process = Start("script", ["-qec", $"stty cols 150; dotnet {Program} run 'Audit it' --out {cli.Out} --server {cli.Server.Address}", "/dev/null"]);
        try
        {
            var shown = new System.Collections.Concurrent.ConcurrentQueue<string>();
            var text = ReadAsync(process.StandardOutput, shown);
            while (!string.Concat(shown).Contains("y or n, then Enter", StringComparison.Ordinal) && !process.HasExited)
                await Task.Delay(20);
            // As a person does: again until it is taken.
            while (script.Asked.IsEmpty && !process.HasExited)
            {
                await process.StandardInput.WriteAsync("y looks fine\r");
                await process.StandardInput.FlushAsync();
                await Task.Delay(500);
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync(patience.Token);

            process.ExitCode.ShouldBe(0, await text);
            var decision = script.Asked.OfType<DecideApprovalRequest>().First();
            (decision.RunId, decision.TaskId, decision.Approved, decision.Comment).ShouldBe(("run-1", "inventory", true, "looks fine"));
            (await text).ShouldContain("Go on?");
            (await text).ShouldContain("y or n, then Enter");
            (await text).ShouldContain("agents approve run-1 inventory");
        }
        finally
        {
            process.Kill();
        }
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Cli.dll");

    private static Process Start(string program, string[] arguments)
    {
        var start = Interruptible.Program(program, arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardError = false;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        return Process.Start(start)!;
    }

    private static async Task<string> ReadAsync(StreamReader output, System.Collections.Concurrent.ConcurrentQueue<string> shown)
    {
        var buffer = new char[1024];
        for (int read; (read = await output.ReadAsync(buffer)) > 0;)
            shown.Enqueue(new string(buffer, 0, read));
        return string.Concat(shown);
    }
}

using System.Diagnostics;
using Tests.Shared;

namespace Aspire.Hosting.Tests;

/// <summary>A whole app host is interrupted, terminated and killed: nothing of it may be left.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly List<string> _lines = [];
    private readonly List<int> _pids = [];
    private Process _host = null!;

    public async Task InitializeAsync()
    {
        _host = Process.Start(Interruptible.Program(Sample.Program("Host")))!;
        while (await NextLineAsync() is { } line && line != "ready")
        {
            if (line.StartsWith("pid ", StringComparison.Ordinal))
                _pids.Add(int.Parse(line.Split(' ')[2]));
            else if (line.Contains("│ child ", StringComparison.Ordinal))
                _pids.Add(int.Parse(line.Split(' ')[^1]));
        }

        _pids.Count.ShouldBe(5, string.Join('\n', _lines));
        _pids.ShouldAllBe(pid => ProcessTable.Runs(pid));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_AppHost_StopsEverythingGracefully(string signal)
    {
        var clock = Stopwatch.StartNew();
        await SendAsync(signal, _host.Id);
        await _host.WaitForExitAsync(Sample.Soon());

        _host.ExitCode.ShouldBe(0);
        _pids.ShouldAllBe(pid => !ProcessTable.Runs(pid));
        while (await NextLineAsync() is not null)
        {
            // To the end of what it said.
        }

        _lines.Count(l => l.Contains("Application is shutting down", StringComparison.Ordinal)).ShouldBe(2, "both copies of hello had their SIGTERM");
        _lines.ShouldContain("stopped");
        // The one that takes no notice of SIGTERM is killed after ten seconds.
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Kill9_AppHost_LeavesNoOrphan()
    {
        // A watch starts beside what it watches, and may be the later of the two.
        int[] watches = [];
        var until = Sample.Soon();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((watches = [.. _pids.SelectMany(pid => ProcessTable.WithArgument($" watch {pid} "))]).Length != 4 && await tick.WaitForNextTickAsync(CancellationToken.None))
            until.IsCancellationRequested.ShouldBeFalse($"{watches.Length} watches");

        await SendAsync("KILL", _host.Id);

        foreach (var pid in _pids)
            await ProcessTable.ShouldEndAsync(pid, "a resource");
        foreach (var watch in watches)
            await ProcessTable.ShouldEndAsync(watch, "a watch");
    }

    public async Task DisposeAsync()
    {
        if (!_host.HasExited)
            _host.Kill();
        foreach (var pid in _pids)
            await ProcessTable.ShouldEndAsync(pid, "a resource");
        _host.Dispose();
    }

    private static async Task SendAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{pid}"]);
        await kill.WaitForExitAsync();
    }

    private async Task<string?> NextLineAsync()
    {
        var line = await _host.StandardOutput.ReadLineAsync(Sample.Soon());
        if (line is not null)
            _lines.Add(line);
        return line;
    }
}

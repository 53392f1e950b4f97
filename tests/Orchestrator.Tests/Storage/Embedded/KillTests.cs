using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class KillTests
{
    [Fact]
    public async Task Append_ProcessKilledUnderLoadAgainAndAgain_EverythingAcknowledgedIsThere()
    {
        using var folder = new TempFolder();
        var random = new Random(20260301);
        var acknowledged = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var round = 0; round < 6; round++)
        {
            await WriteUntilKilledAsync(folder.Path, acknowledged, lines: random.Next(50, 1500));

            await using var store = EmbeddedHarness.Create(folder.Path);
            await store.OpenAsync(default);
            foreach (var (run, version) in acknowledged)
            {
                var events = await store.EventsAsync(run);
                events.Count.ShouldBeGreaterThanOrEqualTo((int)version, $"round {round}, {run}");
                events.ShouldBe(Enumerable.Range(1, events.Count).Select(v => StoreWriterProgram.Event(run, v)));
                (await store.GetContextAsync(run, "s", "k", default))!.Version.ShouldBe(events.Count);
            }
        }

        acknowledged.Count.ShouldBe(StoreWriterProgram.Runs);
    }

    private static async Task WriteUntilKilledAsync(string folder, Dictionary<string, long> acknowledged, int lines)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(KillTests).Assembly.Location, StoreWriterProgram.Command, folder])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var writer = Process.Start(start)!;
        try
        {
            for (var i = 0; await writer.StandardOutput.ReadLineAsync() is { } line; i++)
            {
                if (i == lines)
                {
                    writer.Kill();
                }

                // A line that the kill has torn names a lower version, or none.
                if (line.Split(' ') is [var run, var version] && run.StartsWith("run-", StringComparison.Ordinal)
                    && long.TryParse(version, CultureInfo.InvariantCulture, out var number))
                {
                    acknowledged[run] = Math.Max(number, acknowledged.GetValueOrDefault(run));
                }
            }
        }
        finally
        {
            if (!writer.HasExited)
            {
                writer.Kill();
            }

            await writer.WaitForExitAsync();
        }
    }
}

using System.Text.Json;
using Bench.Measure;

namespace Bench.Runner;

/// <summary>What it costs that a thousand clients watch one busy run while others make flows.</summary>
internal sealed class Subscribed(Options options, BenchSystem system, Results results)
{
    private const int Subscribers = 1000;

    public async Task RunAsync()
    {
        List<ClosedLoop> without = [], with = [];
        var delivered = new List<double>();
        await using var subscribers = await system.SubscribersAsync();
        await MeasureAsync(null, 0, delivered); // connections and compilers come to rest
        await MeasureAsync(subscribers, Math.Min(3, options.WarmSeconds), []);
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            // Each is first in turn.
            foreach (var watched in repetition % 2 == 0 ? new[] { false, true } : [true, false])
            {
                (watched ? with : without).Add(await MeasureAsync(watched ? subscribers : null, options.Seconds, delivered));
            }

            Console.WriteLine($"{repetition + 1} a busy run: {without[^1].Loop.FlowsPerSecond:0} flows/s, with {Subscribers:N0} subscribers {with[^1].Loop.FlowsPerSecond:0}, {delivered[^1]:N0} events/s delivered");
        }

        double Flows(List<ClosedLoop> loops) => Statistics.Median(loops.Select(closed => closed.Loop.FlowsPerSecond));
        double Cpu(List<ClosedLoop> loops) => Statistics.Median(loops.Select(closed => closed.Cpu["orchestrator"]));
        results.Growth.Add($"flows/s beside a busy run that {Subscribers:N0} clients watch over the same that nobody watches | {Flows(with) / Flows(without):0.00} ({Flows(with):0} over {Flows(without):0}; {Statistics.Median(delivered):N0} events/s delivered; orchestrator {Cpu(with):0} µs per task over {Cpu(without):0}) | ≥ 0.9");
        Console.WriteLine(results.Growth[^1]);
    }

    private async Task<ClosedLoop> MeasureAsync(Child? subscribers, double seconds, List<double> delivered)
    {
        var client = system["client"];
        var run = await AskAsync<Busy>(client, "busy");
        if (subscribers is not null)
        {
            await subscribers.AskAsync($"open {Subscribers} {run.RunId}");
        }

        var before = subscribers is null ? null : await AskAsync<Counted>(subscribers, "count");
        var closed = await Loops.MeasureAsync(system, system.ProcessesOf("agents"), client, $"closed {Math.Max(seconds, 0.1)} {options.InFlight}");
        if (subscribers is not null)
        {
            var after = await AskAsync<Counted>(subscribers, "count");
            delivered.Add((after.Events - before!.Events) / seconds);
        }

        await client.AskAsync($"stop {run.RunId}");
        if (subscribers is not null)
        {
            results.Violations.AddRange((await AskAsync<Closed>(subscribers, "close")).Violations);
        }

        return closed;
    }

    private static async Task<T> AskAsync<T>(Child child, string line) => JsonSerializer.Deserialize<T>(await child.AskAsync(line), PhaseProgram.Json)!;

    private sealed record Busy(string RunId);

    private sealed record Counted(long Events, long Bytes, long Messages);

    private sealed record Closed(long Events, IReadOnlyList<string> Violations);
}

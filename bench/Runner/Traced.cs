using System.Text.Json;
using Bench.Measure;

namespace Bench.Runner;

/// <summary>What telemetry costs: orchestrator and agent that report all they can to a collector, in turn with the same that do not.</summary>
internal sealed class Traced(Options options, BenchSystem system, Results results)
{
    public async Task RunAsync()
    {
        List<ClosedLoop> off = [], on = [];
        List<double> spans = [], bytes = [];
        await using var traced = await system.TracedAsync();
        await WarmAsync(traced.Client);
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            // Each is first in turn.
            foreach (var reports in repetition % 2 == 0 ? new[] { false, true } : [true, false])
            {
                if (!reports)
                {
                    off.Add(await Loops.MeasureAsync(system, system.ProcessesOf("agents"), system["client"], $"closed {options.Seconds} {options.InFlight}"));
                    continue;
                }

                var before = await CountAsync(traced.Collector);
                on.Add(await Loops.MeasureAsync(system, [.. traced.Processes, system.Redis.Process], traced.Client, $"closed {options.Seconds} {options.InFlight}"));
                var after = await CountAsync(traced.Collector);
                spans.Add((double)(after.Spans - before.Spans) / on[^1].Loop.Flows);
                bytes.Add((double)(after.Bytes - before.Bytes) / on[^1].Loop.Flows);
            }

            Console.WriteLine($"{repetition + 1} telemetry off: {off[^1].Loop.FlowsPerSecond:0} flows/s, on {on[^1].Loop.FlowsPerSecond:0}, {spans[^1]:0.0} spans and {bytes[^1] / 1024:0.0} KiB a flow; cpu us/task off {off[^1].Cpu.Values.Sum():0}, on {string.Join(" ", on[^1].Cpu.Select(pair => $"{pair.Key} {pair.Value:0.0}"))} = {on[^1].Cpu.Values.Sum():0}");
        }

        double Flows(List<ClosedLoop> loops) => Statistics.Median(loops.Select(closed => closed.Loop.FlowsPerSecond));
        double Cpu(List<ClosedLoop> loops) => Statistics.Median(loops.Select(closed => closed.Cpu.Where(pair => pair.Key != "collector").Sum(pair => pair.Value)));
        var ratio = Statistics.Median(on.Zip(off, (with, without) => with.Loop.FlowsPerSecond / without.Loop.FlowsPerSecond));
        results.Growth.Add($"flows/s with telemetry over without, median of the repetitions' | {ratio:0.00} ({Flows(on):0} over {Flows(off):0}; {Statistics.Median(spans):0.0} spans and {Statistics.Median(bytes) / 1024:0.0} KiB a flow; {Cpu(on):0} µs per task over {Cpu(off):0}, without the collector's) | ≥ 0.9");
        Console.WriteLine(results.Growth[^1]);
    }

    // The first system has worked for a while when this one starts: until it is as fast as it gets, its compilers are measured.
    private async Task WarmAsync(Child client)
    {
        var (fastest, seconds, rose) = (0.0, 0.0, true);
        while (rose || seconds < 2 * options.WarmSeconds)
        {
            var loop = JsonSerializer.Deserialize<Measurement>(await client.AskAsync($"closed {options.Seconds} {options.InFlight}"), PhaseProgram.Json)!;
            rose = loop.FlowsPerSecond > 1.02 * fastest;
            (fastest, seconds) = (Math.Max(fastest, loop.FlowsPerSecond), seconds + options.Seconds);
            Console.WriteLine($"  warming telemetry: {loop.FlowsPerSecond:0} flows/s after {seconds:0} s");
        }
    }

    private static async Task<Counted> CountAsync(Child collector) => JsonSerializer.Deserialize<Counted>(await collector.AskAsync("count"), PhaseProgram.Json)!;

    private sealed record Counted(long Requests, long Bytes, long Spans);
}

/// <summary>A second orchestrator with an agent and a client of its own, on the same Redis, and the collector that they report to.</summary>
internal sealed record TracedSystem(Child Collector, Child Orchestrator, Child Agent, Child Client) : IAsyncDisposable
{
    public IReadOnlyList<Child> Processes => [Client, Orchestrator, Agent, Collector];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }
}

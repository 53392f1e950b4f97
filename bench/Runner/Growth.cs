using System.Text.Json;
using Bench.Measure;

namespace Bench.Runner;

/// <summary>What long runs cost.</summary>
internal sealed class Growth(Options options, BenchSystem system, Results results)
{
    private const int Short = 100;
    private const int Long = 10_000;
    private const int Waiting = 20_000;
    private static readonly TimeSpan Evicted = TimeSpan.FromSeconds(6);

    public async Task RunAsync()
    {
        foreach (var (name, measure) in new (string, Func<Task>)[] { ("long", LongAsync), ("waiting", WaitingAsync), ("subscribers", SubscribersAsync), ("telemetry", TelemetryAsync), ("replicas", ReplicasAsync) })
        {
            if (options.Growth.Contains(name))
            {
                await measure();
            }
        }
    }

    private async Task LongAsync()
    {
        List<double> shortTimes = [], longTimes = [];
        for (var i = 0; i < 8; i++)
        {
            await ManyAsync(Short);
            await ManyAsync(Long);
        }

        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            // As many tasks in short runs, one after the other, as in the long one.
            for (var i = 0; i < 10; i++)
            {
                shortTimes.Add((await ManyAsync(Short)).Seconds / Short);
            }

            longTimes.Add((await ManyAsync(Long)).Seconds / Long);
        }

        results.TaskCostRatio = Statistics.Median(longTimes) / Statistics.Median(shortTimes);
        Add($"time per task in a run of {Long:N0} over that in a run of {Short}", $"{results.TaskCostRatio:0.00} ({Statistics.Median(longTimes) * 1e6:0} µs over {Statistics.Median(shortTimes) * 1e6:0} µs)", "≤ 1.3");
        await LoadAsync();
    }

    private Task SubscribersAsync() => new Subscribed(options, system, results).RunAsync();

    private Task TelemetryAsync() => new Traced(options, system, results).RunAsync();

    // One replica, two, four, and one again: what lies between the first and the last is the machine's noise.
    private async Task ReplicasAsync()
    {
        var one = await WithReplicasAsync(1);
        var two = await WithReplicasAsync(2);
        var four = await WithReplicasAsync(4);
        var oneAgain = await WithReplicasAsync(1);
        var (ones, twos) = (Flows(one.Concat(oneAgain)), Flows(two));
        Add("flows/s of two replicas over those of one (least of two over median of one)", $"{Statistics.Median(twos) / Statistics.Median(ones):0.00} ({twos.Min() / Statistics.Median(ones):0.00})", "≥ 0.9");
        Add("processor time per task with one, two, four replicas, and one again", $"{string.Join(", ", new[] { one, two, four, oneAgain }.Select(loops => $"{Cpu(loops):0} µs"))}", "flat");

        static List<double> Flows(IEnumerable<ClosedLoop> loops) => [.. loops.Select(closed => closed.Loop.FlowsPerSecond)];
        static double Cpu(List<ClosedLoop> loops) => Statistics.Median(loops.Select(closed => closed.Cpu.Values.Sum()));
    }

    private async Task<List<ClosedLoop>> WithReplicasAsync(int count)
    {
        await using var client = await system.ScaleAsync(count);
        await client.AskAsync($"closed {options.WarmSeconds} {options.InFlight}");
        var loops = new List<ClosedLoop>();
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            loops.Add(await Loops.MeasureAsync(system, [client, .. system.Orchestrators, system["agent"], system.Redis.Process], client, $"closed {options.Seconds} {options.InFlight}"));
        }

        Console.WriteLine($"{count} replicas: {string.Join(", ", loops.Select(closed => $"{closed.Loop.FlowsPerSecond:0}"))} flows/s");
        return loops;
    }

    // What a run costs that nobody works on until a person has decided.
    private async Task WaitingAsync()
    {
        var orchestrator = system["orchestrator"].Pid;
        await system["client"].AskAsync($"waiting {Waiting / 20}");
        await Task.Delay(Evicted);
        var before = await Runtime.LiveBytesAsync(orchestrator);
        await system["client"].AskAsync($"waiting {Waiting}");
        await Task.Delay(Evicted);
        var each = (await Runtime.LiveBytesAsync(orchestrator) - before) / Waiting;
        Add($"live heap of each of {Waiting:N0} runs that wait for a decision", $"{each / 1024:0.00} KiB", "≤ 4 KiB");
    }

    private void Add(string what, string measured, string target)
    {
        results.Growth.Add($"{what} | {measured} | {target}");
        Console.WriteLine(results.Growth[^1]);
    }

    // A run that has ended is not in memory: asking for it loads its log.
    private async Task LoadAsync()
    {
        var run = await ManyAsync(3_330);
        var times = new List<Loaded>();
        for (var i = 0; i < 5; i++)
        {
            times.Add(JsonSerializer.Deserialize<Loaded>(await system["client"].AskAsync($"load {run.RunId}"), PhaseProgram.Json)!);
        }

        var seconds = Statistics.Median(times.Select(loaded => loaded.Seconds));
        Add($"loading a run with {run.Events:N0} events and answering with its state", $"{seconds:0.000} s", "≤ 0.5 s for 10,000");
    }

    private async Task<ManyTasks> ManyAsync(int count)
    {
        var many = JsonSerializer.Deserialize<ManyTasks>(await system["client"].AskAsync($"many {count}"), PhaseProgram.Json)!;
        results.HistoriesChecked++;
        results.Violations.AddRange(many.Violations);
        return many;
    }

    private sealed record ManyTasks(string RunId, double Seconds, long Events, IReadOnlyList<string> Violations);

    private sealed record Loaded(double Seconds, long Events);
}

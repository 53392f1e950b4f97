using System.Text.Json;
using Bench.Measure;

namespace Bench.Runner;

/// <summary>The course of the measurement.</summary>
internal sealed class Session(Options options, BenchSystem system)
{
    private const int TasksPerFlow = 9;
    private static readonly string[] Order = ["bare_loop", "agents", "bullmq"];
    private readonly Results _results = new();

    public async Task<Results> RunAsync()
    {
        var names = Order.Where(system.Has).ToArray();
        foreach (var name in names)
        {
            _results.Systems[name] = new SystemResults();
            await PhaseAsync(name, $"closed {options.WarmSeconds} {options.InFlight}");
            await PhaseAsync(name, $"idle {options.Idle / 2}");
        }

        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            // Each system is first, second and last in turn.
            for (var i = 0; i < names.Length; i++)
            {
                await RepetitionAsync(names[(i + repetition) % names.Length], repetition);
            }
        }

        if (system.Has("agents"))
        {
            var allocated = await Runtime.AllocatedAsync(system["orchestrator"].Pid, async () => (await PhaseAsync("agents", $"closed {Math.Min(3, options.Seconds)} {options.InFlight}")).Flows);
            _results.AllocatedPerTask = allocated / TasksPerFlow;
        }

        if (system.Has("agents"))
        {
            await new Growth(options, system, _results).RunAsync();
        }

        return _results;
    }

    private async Task RepetitionAsync(string name, int repetition)
    {
        var results = _results.Systems[name];
        results.Idle.Add(await PhaseAsync(name, $"idle {options.Idle}"));
        var closed = await Loops.MeasureAsync(system, system.ProcessesOf(name), system[Program(name)], $"closed {options.Seconds} {options.InFlight}");
        results.Closed.Add(closed);
        Console.WriteLine($"{repetition + 1} {name,-10} {closed.Loop.FlowsPerSecond,7:0} flows/s  idle p50 {results.Idle[^1].P50Ms:0.00} p99 {results.Idle[^1].P99Ms:0.00} ms  cpu us/task {string.Join(" ", closed.Cpu.Select(pair => $"{pair.Key} {pair.Value:0.0}"))} = {closed.Cpu.Values.Sum():0}  scripts/task {closed.ScriptsPerTask:0.00}");
        if (name == "agents")
        {
            await VerifyAsync();
        }
    }

    private async Task VerifyAsync()
    {
        var verified = JsonSerializer.Deserialize<Verified>(await system["client"].AskAsync($"verify {options.Sample}"), PhaseProgram.Json)!;
        _results.HistoriesChecked += verified.Runs;
        _results.Violations.AddRange(verified.Violations);
        (_results.BytesPerRun, _results.EventsPerRun) = (verified.BytesPerRun, verified.EventsPerRun);
    }

    private async Task<Measurement> PhaseAsync(string name, string line) =>
        JsonSerializer.Deserialize<Measurement>(await system[Program(name)].AskAsync(line), PhaseProgram.Json)!;

    // Who makes the flows.
    private static string Program(string name) => name == "agents" ? "client" : name;

    private sealed record Verified(int Runs, IReadOnlyList<string> Violations, double BytesPerRun, double EventsPerRun);
}

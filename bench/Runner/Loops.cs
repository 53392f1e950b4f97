using System.Text.Json;
using Bench.Measure;

namespace Bench.Runner;

internal static class Loops
{
    private const int TasksPerFlow = 9;

    /// <summary>Has a program do a closed loop, and sees what it costs.</summary>
    /// <param name="processes">Those whose processor time counts.</param>
    /// <param name="program">Whom to ask.</param>
    /// <param name="line">For what.</param>
    public static async Task<ClosedLoop> MeasureAsync(BenchSystem system, IReadOnlyList<Child> processes, Child program, string line)
    {
        var before = processes.ToDictionary(process => process.Name, process => process.CpuSeconds());
        var (scripts, commands) = (await system.Redis.ScriptsAsync(), await system.Redis.CommandsAsync());
        var loop = JsonSerializer.Deserialize<Measurement>(await program.AskAsync(line), PhaseProgram.Json)!;
        var tasks = (double)loop.Flows * TasksPerFlow;
        return new ClosedLoop(
            loop, processes.ToDictionary(process => process.Name, process => (process.CpuSeconds() - before[process.Name]) * 1e6 / tasks),
            (await system.Redis.ScriptsAsync() - scripts) / tasks, (await system.Redis.CommandsAsync() - commands) / tasks);
    }
}

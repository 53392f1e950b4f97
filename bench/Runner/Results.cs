using Bench.Measure;

namespace Bench.Runner;

/// <summary>One closed loop, with what it cost.</summary>
/// <param name="Cpu">Microseconds of processor time per task, by process.</param>
internal sealed record ClosedLoop(Measurement Loop, IReadOnlyDictionary<string, double> Cpu, double ScriptsPerTask, double CommandsPerTask);

/// <summary>What one system gave, a value per repetition.</summary>
internal sealed class SystemResults
{
    public List<ClosedLoop> Closed { get; } = [];

    public List<Measurement> Idle { get; } = [];

    public double FlowsPerSecond => Statistics.Median(Closed.Select(closed => closed.Loop.FlowsPerSecond));

    public double IdleP50 => Statistics.Median(Idle.Select(idle => idle.P50Ms));
}

/// <summary>All that was measured.</summary>
internal sealed class Results
{
    public Dictionary<string, SystemResults> Systems { get; } = [];

    public List<string> Violations { get; } = [];

    public int HistoriesChecked { get; set; }

    public double BytesPerRun { get; set; }

    public double EventsPerRun { get; set; }

    public double AllocatedPerTask { get; set; } = double.NaN;

    public double TaskCostRatio { get; set; } = double.NaN;

    public List<string> Growth { get; } = [];

    /// <summary>Whether the limit was a real one, and every history was right.</summary>
    public bool Counts => Violations.Count == 0
        && (!Systems.TryGetValue("bare_loop", out var bare) || !Systems.TryGetValue("bullmq", out var peer) || bare.FlowsPerSecond >= 4 * peer.FlowsPerSecond);
}

using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What people told the run.</summary>
internal sealed partial class RunState
{
    private readonly List<Guided> _guidance = [];

    /// <summary>All of it, oldest first.</summary>
    public IReadOnlyList<Guided> Guidance => _guidance;

    private void OnGuidanceGiven(RunEvent e) => _guidance.Add(new Guided(e.GuidanceGiven, UpdatedAt, e.RequestId));

    private IEnumerable<GuidanceSnapshot> GuidanceSnapshots() =>
        _guidance.Select(guided => new GuidanceSnapshot { Given = guided.Given, At = TaskSnapshots.Stamp(guided.At), RequestId = guided.RequestId });

    private void RestoreGuidance(IEnumerable<GuidanceSnapshot> stored) =>
        _guidance.AddRange(stored.Select(guided => new Guided(guided.Given, TaskSnapshots.Time(guided.At) ?? default, guided.RequestId)));
}

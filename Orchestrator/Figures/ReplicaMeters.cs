using System.Diagnostics.Metrics;
using Orchestrator.Audit;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>What this replica has to do: its partitions, the runs in them, and what has come in and is not done. Each replica reports its own; a sum is the whole.</summary>
internal sealed class ReplicaMeters : RefreshedMeters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestrator.Replica";

    private const int MostResolved = 500;
    private static readonly State[] s_open = [.. Enum.GetValues<State>().Where(state => state != State.Unspecified && !state.IsTerminal())];
    private static readonly Dictionary<string, State> s_states = Enum.GetValues<State>().ToDictionary(States.Name, StringComparer.Ordinal);
    private readonly Meter _meter;
    private readonly Instrument _runs;
    private readonly OpenRuns _open;
    private readonly IRunStore _store;
    private readonly RunHost _host;

    public ReplicaMeters(IMeterFactory meters, IRunStore store, RunHost host, OpenRuns open, AuditHeads heads, IConfiguration configuration, TimeProvider time)
        : base(configuration, time)
    {
        (_store, _host, _open) = (store, host, open);
        _meter = meters.Create(MeterName);
        _runs = _meter.CreateObservableGauge("agents.runs.open", Runs, "{run}", "Runs that have not ended, by state.");
        _meter.CreateObservableGauge("agents.runs.loaded", () => host.Loaded, "{run}", "Runs in this replica's memory.");
        _meter.CreateObservableGauge("agents.partitions.owned", () => host.Owned, "{partition}", "Partitions that this replica works on.");
        _meter.CreateObservableGauge("agents.partitions.count", () => store.PartitionCount, "{partition}", "Partitions that there are.");
        _meter.CreateObservableGauge("agents.inbox.waiting", () => host.Inbox().Waiting, "{command}", "Commands from other replicas that came in and were not answered.");
        _meter.CreateObservableGauge("agents.inbox.oldest", () => host.Inbox().Oldest.TotalSeconds, "s", "For how long the oldest of them waits.");
        _meter.CreateObservableGauge("agents.audit.waiting", () => heads.Waiting, "{run}", "Runs whose last events are not in a signed head.");
    }

    /// <inheritdoc/>
    public override async Task RefreshAsync(CancellationToken ct)
    {
        if (!_runs.Enabled)
        {
            return;
        }

        _open.Forget(runId => _host.LeaseOf(runId) is null);
        foreach (var runId in _open.Unresolved(MostResolved))
        {
            var entry = await _store.GetIndexAsync(runId, ct);
            _open.Resolve(runId, entry is { Open: true } && s_states.TryGetValue(entry.Status, out var status) ? status : null);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    // A state that nobody is in is said to be empty: a sum over replicas must not keep what was there before.
    private IEnumerable<Measurement<long>> Runs()
    {
        var counts = _open.Count();
        return s_open.Select(state => new Measurement<long>(counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", States.Name(state))));
    }
}

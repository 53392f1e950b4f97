using System.Diagnostics.Metrics;
using Google.Protobuf.Collections;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>
/// The figures of agents as OpenTelemetry metrics, by role. They follow from the store, so one replica alone reports them:
/// the one that owns partition 0. Whoever takes that over reports the same values. Nothing is read while nobody listens.
/// </summary>
internal sealed class AgentMeters : RefreshedMeters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestrator.Agents";

    private readonly Meter _meter;
    private readonly List<Instrument> _instruments;
    private readonly AgentMetrics _figures;
    private readonly RunHost _host;
    private volatile GetAgentMetricsResponse _last = new();

    public AgentMeters(IMeterFactory meters, AgentMetrics figures, RunHost host, IConfiguration configuration, TimeProvider time)
        : base(configuration, time, longest: 60) // every run's log is read for them
    {
        (_figures, _host) = (figures, host);
        _meter = meters.Create(MeterName);
        _instruments =
        [
            Count("agents.tasks.delegated", "{task}", "Attempts that were given to agents.", role => role.Delegated),
            Count("agents.tasks.completed", "{task}", "Attempts that yielded an output.", role => role.Completed),
            Count("agents.tasks.failed", "{task}", "Attempts that failed.", role => role.Failed),
            Count("agents.issues.found", "{issue}", "Findings in outputs.", role => role.Issues),
            Mean("agents.task.duration", "s", "Mean time of an attempt that yielded an output.", role => role.AvgSeconds),
            Mean("agents.first_approval.rate", "1", "Share of reviewed tasks that the first review approved.", role => role.FirstApprovalRate),
            Mean("agents.issues.per_task", "{issue}", "Findings by output that lists findings.", role => role.IssuesPerTask),
            Mean("agents.accuracy", "1", "Share of checked citations that stand where they should.", role => role.Accuracy),
            _meter.CreateObservableUpDownCounter("agents.conflicts.resolved", () => Reports ? [new Measurement<long>(_last.Orchestrator?.ConflictResolutions ?? 0)] : Array.Empty<Measurement<long>>(), "{conflict}", "Conflicts that were ruled on."),
            _meter.CreateObservableGauge("agents.decomposition.duration", () => Reports && _last.Orchestrator?.AvgDecompositionSeconds is { } mean ? [new Measurement<double>(mean)] : Array.Empty<Measurement<double>>(), "s", "Mean time from a submission to the plan that a planner made."),
        ];
    }

    private bool Reports => _host.OwnsPartition(0);

    /// <inheritdoc/>
    public override async Task RefreshAsync(CancellationToken ct)
    {
        if (Reports && _instruments.Exists(instrument => instrument.Enabled))
        {
            _last = await _figures.OfAsync(Tenants.Default, "", ct);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    // What is deleted no longer counts: it may go down.
    private ObservableUpDownCounter<long> Count(string name, string unit, string description, Func<AgentFigures, long> value) =>
        _meter.CreateObservableUpDownCounter(name, () => Roles().Select(role => new Measurement<long>(value(role), Tag(role))), unit, description);

    private ObservableGauge<double> Mean(string name, string unit, string description, Func<AgentFigures, double?> value) =>
        _meter.CreateObservableGauge(name, () => Roles().Where(role => value(role) is not null).Select(role => new Measurement<double>(value(role)!.Value, Tag(role))), unit, description);

    private RepeatedField<AgentFigures> Roles() => Reports ? _last.Roles : new RepeatedField<AgentFigures>();

    private static KeyValuePair<string, object?> Tag(AgentFigures role) => new("role", role.Role);
}

using System.Diagnostics.Metrics;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>
/// What waits, for agents and for people, and who could take it. It follows from the store and from what all replicas know of
/// instances, so one replica alone reports it: the one that owns partition 0.
/// </summary>
internal sealed class QueueMeters : RefreshedMeters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestrator.Queue";

    private readonly Meter _meter;
    private readonly List<Instrument> _instruments;
    private readonly IRunEngine _engine;
    private readonly IRunStore _store;
    private readonly IAgentDirectory _agents;
    private readonly RunHost _host;
    private readonly TimeProvider _time;
    private volatile Values _last = new([], [], null);

    public QueueMeters(IMeterFactory meters, IRunEngine engine, IRunStore store, IAgentDirectory agents, RunHost host, IConfiguration configuration, TimeProvider time)
        : base(configuration, time)
    {
        (_engine, _store, _agents, _host, _time) = (engine, store, agents, host, time);
        _meter = meters.Create(MeterName);
        _instruments =
        [
            _meter.CreateObservableGauge<long>("agents.queue.depth", () => Of(role => role.Depth), "{task}", "Tasks that wait for an instance."),
            _meter.CreateObservableGauge<double>("agents.queue.oldest", () => Of(role => role.OldestSeconds), "s", "For how long the oldest of them waits."),
            _meter.CreateObservableGauge<long>("agents.attempts.running", () => Of(role => (long)role.Running), "{attempt}", "Attempts at work."),
            _meter.CreateObservableGauge<long>("agents.attempts.capacity", () => Of(role => (long)role.Capacity), "{attempt}", "Attempts at a time that the instances which take work can do."),
            _meter.CreateObservableGauge<long>("agents.instances", Instances, "{instance}", "Instances of agents, by health."),
            _meter.CreateObservableGauge<long>("agents.approvals.waiting", () => Approvals(depth => depth?.Waiting ?? 0), "{approval}", "Approvals that wait for a person."),
            _meter.CreateObservableGauge<double>("agents.approvals.oldest", () => Approvals(depth => depth is null ? 0 : Age(depth.OldestEnqueuedAt)), "s", "For how long the oldest of them waits."),
        ];
    }

    private bool Reports => _host.OwnsPartition(0);

    /// <inheritdoc/>
    public override async Task RefreshAsync(CancellationToken ct)
    {
        if (!Reports || !_instruments.Exists(instrument => instrument.Enabled))
        {
            return;
        }

        try
        {
            var queue = await _engine.QueueAsync(new GetQueueMetricsRequest(), ct);
            var approvals = (await _store.ReadQueueDepthsAsync(ct)).FirstOrDefault(depth => depth.Role == RunLog.ApprovalRole);
            _last = new Values([.. queue.Roles], [.. _agents.List(null)], approvals);
        }
        catch (RequestRefusedException)
        {
            // The store cannot be reached: the values before stay until it can.
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    private IEnumerable<Measurement<T>> Of<T>(Func<QueueMetrics, T> value)
        where T : struct, System.Numerics.INumber<T>
    {
        if (!Reports)
        {
            return [];
        }

        // Roles beyond the bound are one.
        return _last.Roles.GroupBy(role => ProcessingMeters.Roles.Of(role.Role), value)
            .Select(role => new Measurement<T>(role.Aggregate((sum, one) => sum + one), new KeyValuePair<string, object?>("role", role.Key)));
    }

    private IEnumerable<Measurement<long>> Instances() => !Reports ? []
        : _last.Instances.GroupBy(instance => (Role: ProcessingMeters.Roles.Of(instance.Contract.Role), instance.Health))
            .Select(group => new Measurement<long>(
                group.LongCount(), new KeyValuePair<string, object?>("role", group.Key.Role), new KeyValuePair<string, object?>("health", Health(group.Key.Health))));

    private IEnumerable<Measurement<T>> Approvals<T>(Func<QueueDepth?, T> value)
        where T : struct => Reports ? [new Measurement<T>(value(_last.Approvals))] : [];

    private double Age(DateTimeOffset since) => Math.Max(0, Math.Round((_time.GetUtcNow() - since).TotalSeconds, 3));

    private static string Health(InstanceHealth health) => health.ToString().ToLowerInvariant();

    private sealed record Values(IReadOnlyList<QueueMetrics> Roles, IReadOnlyList<AgentInstance> Instances, QueueDepth? Approvals);
}

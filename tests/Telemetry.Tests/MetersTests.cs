using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Otlp;
using Protos.V1;
using Metric = Otlp.Metric;

namespace Telemetry.Tests;

/// <summary>What operators are alerted on, as it arrives at a collector.</summary>
public sealed class MetersTests : IDisposable
{
    // Names that few things have; what is asked for, and by whom, is in none.
    private static readonly string[] s_attributes =
    [
        "role", "state", "health", "store", "operation", "error.type", "change", "reason", "agents.role", "agents.task_type", "agents.outcome",
        "gen_ai.workflow.name", "gen_ai.agent.name", "gen_ai.tool.name", "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.token.type",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("meters-").FullName;
    private ulong _since;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Meters_WorkOfEveryKindWaits_SayWhatWaitsAndGoOnWithTheOtherReplica()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(240));
        var ct = patience.Token;
        await using var collector = await Collector.StartAsync();
        await using var system = await TracedSystem.StartAsync(_folder, collector, replicas: 2, ct);
        using var first = GrpcChannel.ForAddress(system.Addresses[0]);
        using var second = GrpcChannel.ForAddress(system.Addresses[1]);
        var file = Path.Combine(_folder, "go-on");
        var submit = new SubmitRunRequest { Playbook = "measured", Request = "measure", Inputs = new Struct { Fields = { ["file"] = Value.ForString(file) } } };
        var runId = (await new OrchestratorService.OrchestratorServiceClient(first).SubmitRunAsync(submit, cancellationToken: ct)).RunId;
        var client = new OrchestratorService.OrchestratorServiceClient(second);

        // The other replica has to ask the one that has the run.
        await client.GuideRunAsync(new GuideRunRequest { RunId = runId, Text = "Take your time." }, cancellationToken: ct);

        await Until("agents.queue.depth", 1, ("role", "ghost"));
        await Until("agents.approvals.waiting", 1);
        await Until("agents.runs.open", 1);
        await Until("agents.partitions.owned", 16);
        await Until("agents.attempts.running", 1, ("role", "worker"));
        await Until("agents.attempts.capacity", 40, ("role", "worker"));
        await Until("agents.instances", 1, ("role", "critic"), ("health", "alive"));
        await Until("agents.tasks.given_up", 1, ("role", "worker"), ("error.type", "BROKEN_HERE"));
        await Until("agents.inbox.duration", 1);
        await UntilSum("agents.queue.oldest", sum => sum > 0, ("role", "ghost"));
        await UntilSum("agents.approvals.oldest", sum => sum > 0);
        await UntilSum("agents.partitions.changes", sum => sum >= 16, ("change", "acquired"));
        await UntilSum("agents.store.operation.duration", sum => sum > 0, ("store", "redis"), ("operation", "append"));
        await UntilSum("agents.events.appended", sum => sum >= 8, ("store", "redis"));
        await UntilSum("agents.events.size", sum => sum >= 8 * 50, ("store", "redis"));
        foreach (var (name, most) in ((string, int)[])[("agents.partitions.count", 32), ("agents.runs.loaded", 1), ("agents.inbox.waiting", 0), ("agents.inbox.oldest", 0), ("agents.audit.waiting", 1)])
        {
            Points(collector, name).ShouldNotBeEmpty(name);
            Points(collector, name).Sum(point => point.Value).ShouldBeLessThanOrEqualTo(most, name);
        }

        // What it reported last stays with the collector: only what was measured later counts.
        await system.Replicas[0].KillAsync();
        _since = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        await Until("agents.partitions.owned", 16);
        await Until("agents.runs.open", 1);
        await Until("agents.queue.depth", 1, ("role", "ghost"));
        await Until("agents.approvals.waiting", 1);

        var ours = collector.Metrics.Where(metric => metric.Name.StartsWith("agents.", StringComparison.Ordinal) || metric.Name.StartsWith("gen_ai.", StringComparison.Ordinal)).ToList();
        ours.Count.ShouldBeGreaterThan(15);
        foreach (var attribute in ours.SelectMany(PointsOf).SelectMany(point => point.Attributes))
        {
            s_attributes.ShouldContain(attribute.Key);
            attribute.Value.StringValue.ShouldNotContain(runId);
        }

        await File.WriteAllTextAsync(file, "", ct);

        Task Until(string name, double wanted, params (string Key, string Value)[] attributes) => UntilSum(name, sum => sum == wanted, attributes);

        Task UntilSum(string name, Func<double, bool> holds, params (string Key, string Value)[] attributes) => Collector.UntilAsync(
            () => Points(collector, name, attributes) is { Count: > 0 } points && holds(points.Sum(point => point.Value)),
            () => $"{name} {string.Join(' ', attributes)}: {string.Join(", ", Points(collector, name).Select(point => $"{string.Join('/', point.Attributes.Select(a => a.Value.StringValue))}={point.Value}"))}", ct);
    }

    private List<Point> Points(Collector collector, string name, params (string Key, string Value)[] attributes) =>
        [.. collector.Metrics.Where(metric => metric.Name == name).SelectMany(PointsOf).Where(point => point.Time >= _since && attributes.All(pair => point.Attributes.Text(pair.Key) == pair.Value))];

    // A histogram counts with how often.
    private static IEnumerable<Point> PointsOf(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(Of),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(Of),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point => new Point([.. point.Attributes], point.Count, point.TimeUnixNano)),
        _ => [],
    };

    private static Point Of(NumberDataPoint point) =>
        new([.. point.Attributes], point.ValueCase == NumberDataPoint.ValueOneofCase.AsDouble ? point.AsDouble : point.AsInt, point.TimeUnixNano);

    private sealed record Point(IReadOnlyList<KeyValue> Attributes, double Value, ulong Time);
}

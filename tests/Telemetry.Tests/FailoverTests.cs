using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Telemetry.Tests;

/// <summary>A run whose replica was killed is still one trace.</summary>
public sealed class FailoverTests : IDisposable
{
    private const int Runs = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("failover-trace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tracing_ReplicaIsKilled_TheOtherGoesOnInTheSameTraceWithALink()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(240));
        var ct = patience.Token;
        await using var collector = await Collector.StartAsync();
        await using var system = await TracedSystem.StartAsync(_folder, collector, replicas: 2, ct);
        using var killed = GrpcChannel.ForAddress(system.Addresses[0]);
        using var surviving = GrpcChannel.ForAddress(system.Addresses[1]);
        var first = new OrchestratorService.OrchestratorServiceClient(killed);
        var client = new OrchestratorService.OrchestratorServiceClient(surviving);
        var file = Path.Combine(_folder, "go-on");
        var runs = new Dictionary<string, string>();
        for (var i = 0; i < Runs; i++)
        {
            var submit = new SubmitRunRequest { Playbook = "hold", Request = "hold", Inputs = new Struct { Fields = { ["file"] = Value.ForString(file) } } };
            // A replica keeps the runs that are handed in at it.
            var runId = (await first.SubmitRunAsync(submit, cancellationToken: ct)).RunId;
            runs.Add(runId, (await client.GetRunAsync(new GetRunRequest { RunId = runId }, cancellationToken: ct)).Run.TraceId);
        }

        foreach (var runId in runs.Keys)
            await WatchAsync(client, runId, e => e.BodyCase == RunEvent.BodyOneofCase.TaskStarted, ct);
        await Collector.UntilAsync(
            () => runs.Values.All(trace => collector.Spans.Any(span => span.Trace == trace && span.IsServer)), () => "the calls that submitted them are reported", ct);

        await system.Replicas[0].KillAsync();
        await File.WriteAllTextAsync(file, "", ct);
        foreach (var runId in runs.Keys)
            await WatchAsync(client, runId, e => e.BodyCase == RunEvent.BodyOneofCase.RunCompleted, ct);
        await Collector.UntilAsync(
            () => runs.Values.All(trace => collector.Spans.Any(span => span.Trace == trace && span.Name == "invoke_workflow hold" && span["agents.status"] == "COMPLETED")), () => "every run's workflow is reported", ct);

        // A replica that was slow may have let go of a run and taken it up again: then it has a span for each time.
        var resumed = collector.Spans.Where(span => span.Name == "invoke_workflow hold" && span["agents.status"] == "COMPLETED").ToList();
        resumed.Select(span => span.Trace).ShouldBe(runs.Values, ignoreOrder: true);
        resumed.ShouldAllBe(span => span["agents.resumed"] == "true");
        foreach (var workflow in resumed)
        {
            // Below the call that submitted it, and linked to it: the span of the replica that is gone never came.
            var call = collector.Spans.Single(span => span.Trace == workflow.Trace && span.IsServer && span.Id == workflow.Parent);
            workflow.Links.ShouldBe([call.Id]);
            var attempt = collector.Spans.Where(span => span.Parent == workflow.Id && span.Name == "invoke_agent worker").MinBy(span => span.Span.StartTimeUnixNano)!;
            attempt["agents.resumed"].ShouldBe("true");
            attempt["agents.attempt"].ShouldBe("1");
            await Collector.UntilAsync(
                () => collector.Spans.Any(span => span.Trace == workflow.Trace && span.Service == "worker" && span.Name == "invoke_agent worker"), () => "the agent's span is of the same trace", ct);
        }
    }

    private static async Task WatchAsync(OrchestratorService.OrchestratorServiceClient client, string runId, Func<RunEvent, bool> until, CancellationToken ct)
    {
        using var watch = client.WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: ct);
        await foreach (var response in watch.ResponseStream.ReadAllAsync(ct))
        {
            if (until(response.Event))
                return;
        }

        throw new InvalidOperationException($"Run {runId} ended without what was waited for.");
    }
}

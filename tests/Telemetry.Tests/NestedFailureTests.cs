using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Telemetry.Tests;

/// <summary>A run that another one made, and that fails: where it stands in the trace, and that all of it says why.</summary>
public sealed class NestedFailureTests : IDisposable
{
    private const string Trace = "7d3c1f0a9b2e4d5c8f6a7b1e0c9d8e7f";
    private readonly string _folder = Directory.CreateTempSubdirectory("nested-trace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tracing_RunOfATaskFails_IsBelowTheRunThatMadeItAndSaysWhy()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        var ct = patience.Token;
        await using var collector = await Collector.StartAsync();
        await using var system = await TracedSystem.StartAsync(_folder, collector, replicas: 1, ct);
        using var channel = GrpcChannel.ForAddress(system.Addresses[0]);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);

        var headers = new Metadata { { "traceparent", $"00-{Trace}-00f067aa0ba902b7-01" } };
        var runId = (await client.SubmitRunAsync(new SubmitRunRequest { Playbook = "outer", Request = "fail" }, headers, cancellationToken: ct)).RunId;
        (await RunEnd.OfAsync(client, runId, ct)).ShouldBe(RunEvent.BodyOneofCase.RunFailed);
        IReadOnlyList<SeenSpan> Spans(string name) => [.. collector.Spans.Where(span => span.Trace == Trace && span.Name == name)];
        await Collector.UntilAsync(
            () => Spans("invoke_workflow outer").Count > 0 && Spans("invoke_workflow inner").Count > 0 && Spans("invoke_agent worker").Count == 2, () => string.Join('\n', collector.Spans), ct);

        // A run that waits for another may leave memory meanwhile: then it has a span for each time.
        var inner = Spans("invoke_workflow inner").Single();
        Spans("invoke_workflow outer").Select(span => span.Id).ShouldContain(inner.Parent);
        inner["error.type"].ShouldNotBeEmpty();
        Spans("invoke_agent worker").ShouldAllBe(span => span["error.type"] == "BROKEN_HERE" && span.Span.Status.Code == Otlp.Status.Types.StatusCode.Error);
        Spans("invoke_workflow outer").MaxBy(span => span.Span.EndTimeUnixNano)!["error.type"].ShouldNotBeEmpty();
        await Collector.UntilAsync(
            () => collector.Metrics.Any(metric => metric.Name == "gen_ai.invoke_agent.duration" && metric.Histogram.DataPoints.Any(point => point.Attributes.Text("error.type") == "BROKEN_HERE")),
            () => "the duration says how it failed", ct);

        // The log of each run has the trace, event by event.
        foreach (var run in (string[])[runId, inner["gen_ai.conversation.id"]])
        {
            using var watch = client.WatchRun(new WatchRunRequest { RunId = run }, cancellationToken: ct);
            await foreach (var response in watch.ResponseStream.ReadAllAsync(ct))
                response.Event.TraceId.ShouldBe(Trace, response.Event.ToString());
        }

        // All were asked until they were up, which is nobody's trace.
        collector.Spans.ShouldNotContain(span => span["url.path"] == "/health");
    }
}

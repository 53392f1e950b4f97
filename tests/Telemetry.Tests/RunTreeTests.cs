using Agents.Models.Tests.Server;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Telemetry.Tests;

/// <summary>One trace per run, from the client's call to the last tool.</summary>
public sealed class RunTreeTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";
    private readonly string _folder = Directory.CreateTempSubdirectory("run-tree-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tracing_RunWithToolModelAndRevision_IsOneTreeByTheConventions()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        var ct = patience.Token;
        await using var collector = await Collector.StartAsync();
        await using var model = await ModelServer.StartAsync(Reply.Text("first"), Reply.Text("second", inputTokens: 70, outputTokens: 7));
        await using var system = await TracedSystem.StartAsync(
            _folder, collector, replicas: 1, ct, "--Models:Provider", "compatible", "--Models:Model", "scripted", "--Models:Compatible:Endpoint", model.Endpoint);

        using var channel = GrpcChannel.ForAddress(system.Addresses[0]);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);
        var submit = new SubmitRunRequest { Playbook = "traced", Request = "trace this", Inputs = new Struct { Fields = { ["topic"] = Value.ForString("a line") } } };
        var runId = (await client.SubmitRunAsync(submit, new Metadata { { "traceparent", $"00-{Trace}-{Caller}-01" } }, cancellationToken: ct)).RunId;
        (await RunEnd.OfAsync(client, runId, ct)).ShouldBe(RunEvent.BodyOneofCase.RunCompleted);
        IReadOnlyList<SeenSpan> Spans() => [.. collector.Spans.Where(span => span.Trace == Trace)];
        await Collector.UntilAsync(
            () => Spans().Any(span => span.Name == "invoke_workflow traced") && Spans().Count(span => span.Name == "invoke_agent critic" && span.IsServer) == 2
                && Spans().Count(span => span.Name == "chat scripted") == 2,
            () => string.Join('\n', Spans()), ct);
        var all = Spans();
        var shown = string.Join('\n', all);

        // The call, the workflow below it, and all else below that.
        var call = all.Single(span => span.IsServer && span.Parent == Caller);
        call.Service.ShouldBe("orchestrator");
        call.Name.ShouldBe("agents.v1.OrchestratorService/SubmitRun");
        call["rpc.service"].ShouldBe("agents.v1.OrchestratorService");
        call["rpc.method"].ShouldBe("SubmitRun");
        var workflow = all.Single(span => span.Name == "invoke_workflow traced");
        workflow.Parent.ShouldBe(call.Id);
        workflow["gen_ai.operation.name"].ShouldBe("invoke_workflow");
        workflow["gen_ai.workflow.name"].ShouldBe("traced");
        workflow["gen_ai.conversation.id"].ShouldBe(runId);
        workflow["agents.status"].ShouldBe("COMPLETED");
        all.Single(span => span.Name == "plan traced").Parent.ShouldBe(workflow.Id);

        // Every attempt twice: as the orchestrator sees it, and below that as the agent does. The second follows the first.
        foreach (var role in (string[])["worker", "critic"])
        {
            var client2 = all.Where(span => span.Name == $"invoke_agent {role}" && !span.IsServer).OrderBy(span => span.Span.StartTimeUnixNano).ToList();
            client2.Count.ShouldBe(2, shown);
            client2.ShouldAllBe(span => span.Parent == workflow.Id && span["gen_ai.agent.name"] == role && span["gen_ai.agent.id"] == role + "-0" && span["agents.run"] == runId);
            var server = all.Where(span => span.Name == $"invoke_agent {role}" && span.IsServer).ToList();
            server.Select(span => span.Parent).ShouldBe(client2.Select(span => span.Id), ignoreOrder: true);
            server.ShouldAllBe(span => span.Service == role);
        }

        var drafts = all.Where(span => span.Name == "invoke_agent worker" && !span.IsServer).OrderBy(span => span.Span.StartTimeUnixNano).ToList();
        drafts[1].Links.ShouldBe([drafts[0].Id]);
        drafts[1]["agents.revision"].ShouldBe("1");

        // Tools and models below the attempt that used them, and policy's decision below the tool.
        var attempts = all.Where(span => span.Name == "invoke_agent worker" && span.IsServer).Select(span => span.Id).ToList();
        var tools = all.Where(span => span.Name == "execute_tool fs.list").ToList();
        tools.Select(span => span.Parent).ShouldBe(attempts, ignoreOrder: true);
        tools.ShouldAllBe(span => span["gen_ai.tool.name"] == "fs.list" && span["error.type"].Length == 0);
        all.Count(span => span.IsServer && span["rpc.method"] == "DecideToolCall" && Above(span, all).Any(above => above.Name == "execute_tool fs.list")).ShouldBe(2, shown);
        var chats = all.Where(span => span.Name == "chat scripted").OrderBy(span => span.Span.StartTimeUnixNano).ToList();
        chats.Select(span => span.Parent).ShouldBe(attempts, ignoreOrder: true);
        chats[1]["gen_ai.usage.input_tokens"].ShouldBe("70");
        chats[1]["gen_ai.usage.output_tokens"].ShouldBe("7");
        chats[1]["gen_ai.response.model"].ShouldBe("scripted-2026");
        all.ShouldAllBe(span => !span.Span.Attributes.Any(pair => pair.Key == "gen_ai.input.messages"), "content is captured only when that is asked for");

        // Nothing hangs in the air.
        all.Where(span => span.Parent != Caller && all.All(other => other.Id != span.Parent)).ShouldBeEmpty(shown);

        await LogsAndMetricsAsync(collector, runId, attempts, ct);
    }

    private static async Task LogsAndMetricsAsync(Collector collector, string runId, IReadOnlyList<string> attempts, CancellationToken ct)
    {
        // What an agent's code logs says where it was.
        bool Drafting((Otlp.Resource Resource, Otlp.LogRecord Record) log) => log.Record.Attributes.Text("agents.run") == runId && log.Record.Attributes.Text("agents.task") == "draft"
            && Convert.ToHexStringLower(log.Record.TraceId.Span) == Trace && attempts.Contains(Convert.ToHexStringLower(log.Record.SpanId.Span));
        await Collector.UntilAsync(
            () => collector.Logs.Where(Drafting).Select(log => log.Record.Attributes.Text("agents.attempt")).Distinct().Count() == 2,
            () => string.Join('\n', collector.Logs.Select(log => log.Record)), ct);
        await Collector.UntilAsync(
            () => collector.Logs.Any(log => log.Resource.Attributes.Text("service.name") == "orchestrator" && log.Record.Attributes.Text("RunId") == runId && Convert.ToHexStringLower(log.Record.TraceId.Span) == Trace),
            () => "the orchestrator's logs carry the trace", ct);

        string[] wanted = ["gen_ai.workflow.duration", "gen_ai.invoke_agent.duration", "gen_ai.execute_tool.duration", "gen_ai.client.operation.duration", "gen_ai.client.token.usage"];
        await Collector.UntilAsync(
            () => wanted.All(name => collector.Metrics.Any(metric => metric.Name == name)), () => string.Join(", ", collector.Metrics.Select(metric => metric.Name)), ct);
        foreach (var point in collector.Metrics.Where(metric => metric.DataCase == Otlp.Metric.DataOneofCase.Histogram).SelectMany(metric => metric.Histogram.DataPoints))
            point.Attributes.ShouldAllBe(pair => !pair.Value.StringValue.Contains(runId, StringComparison.Ordinal));
        var tokens = collector.Metrics.First(metric => metric.Name == "gen_ai.client.token.usage").Histogram.DataPoints;
        tokens.First(point => point.Attributes.Text("gen_ai.token.type") == "input").Attributes.Text("gen_ai.request.model").ShouldBe("scripted");
    }

    private static IEnumerable<SeenSpan> Above(SeenSpan span, IReadOnlyList<SeenSpan> all)
    {
        for (var above = Parent(span); above is not null; above = Parent(above))
            yield return above;

        SeenSpan? Parent(SeenSpan below) => all.FirstOrDefault(other => other.Id == below.Parent);
    }
}

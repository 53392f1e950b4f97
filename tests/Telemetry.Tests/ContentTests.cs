using Agents.Models.Tests.Server;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Protos.V1;

namespace Telemetry.Tests;

/// <summary>What was said to a model is in its span only when that is asked for, and never a secret.</summary>
public sealed class ContentTests : IDisposable
{
    private const string Secret = "sk-3f9a7c1e5b8d2f4a6c0e";
    private readonly string _folder = Directory.CreateTempSubdirectory("content-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ContentCapture_AskedFor_SpansHaveTheMessagesWithoutSecrets()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        var ct = patience.Token;
        await using var collector = await Collector.StartAsync();
        await using var model = await ModelServer.StartAsync(Reply.Text("first"), Reply.Text("second"));
        await using var system = await TracedSystem.StartAsync(
            _folder, collector, replicas: 1, ct, "--Models:Provider", "compatible", "--Models:Model", "scripted", "--Models:Compatible:Endpoint", model.Endpoint,
            "--Models:Compatible:ApiKey", Secret, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true");

        using var channel = GrpcChannel.ForAddress(system.Addresses[0]);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);
        var submit = new SubmitRunRequest { Playbook = "traced", Request = "trace this", Inputs = new Struct { Fields = { ["topic"] = Value.ForString($"the key is {Secret}, tell nobody") } } };
        var runId = (await client.SubmitRunAsync(submit, cancellationToken: ct)).RunId;
        (await RunEnd.OfAsync(client, runId, ct)).ShouldBe(RunEvent.BodyOneofCase.RunCompleted);
        IReadOnlyList<SeenSpan> Chats() => [.. collector.Spans.Where(span => span.Name == "chat scripted").OrderBy(span => span.Span.StartTimeUnixNano)];
        await Collector.UntilAsync(() => Chats().Count == 2, () => string.Join('\n', collector.Spans), ct);

        Chats()[0]["gen_ai.input.messages"].ShouldContain("tell nobody");
        Chats()[0]["gen_ai.system_instructions"].ShouldContain("Write a line.");
        Chats()[0]["gen_ai.output.messages"].ShouldContain("first");
        collector.Spans.SelectMany(span => span.Span.Attributes).ShouldAllBe(pair => !pair.Value.StringValue.Contains(Secret, StringComparison.Ordinal));
    }
}

using System.Net;
using System.Net.Http.Headers;
using Aspire.Hosting.Dashboard.Telemetry;
using Fuzz.Tests.Calls;
using Fuzz.Tests.Engine;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Otlp;
using Xunit.Abstractions;

namespace Fuzz.Tests.Otlp;

/// <summary>Whatever is reported to the dashboard, over gRPC or HTTP, it is taken or refused, can be shown, and memory stays bounded.</summary>
public sealed class OtlpTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly (string Service, string Path, MessageDescriptor Type)[] s_kinds =
    [
        ("opentelemetry.proto.collector.trace.v1.TraceService", "/v1/traces", ExportTraceServiceRequest.Descriptor),
        ("opentelemetry.proto.collector.logs.v1.LogsService", "/v1/logs", ExportLogsServiceRequest.Descriptor),
        ("opentelemetry.proto.collector.metrics.v1.MetricsService", "/v1/metrics", ExportMetricsServiceRequest.Descriptor),
    ];

    private readonly TelemetryStore _store = new();
    private readonly ErrorLog _errors = new();
    private WebApplication _app = null!;
    private RawCall _calls = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_errors).AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        OtlpReceiver.Add(builder.Services, _store);
        _app = builder.Build();
        OtlpReceiver.Map(_app, _store);
        await _app.StartAsync();
        var urls = _app.Urls.ToArray();
        (_calls, _http) = (new RawCall(urls[0]), new HttpClient { BaseAddress = new Uri(urls[1]) });
    }

    public async Task DisposeAsync()
    {
        _calls.Dispose();
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public Task Reports_OfAnybody_AreTakenOrRefused() => new FuzzRun(output).RunAsync("otlp", async input =>
    {
        var random = input.Random;
        var (service, path, type) = s_kinds[random.Next(s_kinds.Length)];
        // Deep ones are large.
        var message = Messages.Make(random, type, [], random.Next(3, 8));
        Spans(random, message);
        var bytes = message.ToByteArray();
        if (random.Next(3) == 0)
            bytes = Bytes.Mutate(random, bytes, bytes);
        if (random.Next(2) == 0)
        {
            var answer = await _calls.AskAsync($"/{service}/Export", input.Note(service, RawCall.Frame(bytes)));
            answer.Grpc.ShouldBeOneOf(0, 3, 8);
        }
        else
        {
            if (random.Next(10) == 0)
                bytes = System.Text.Encoding.UTF8.GetBytes(message.ToString() ?? "");
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(random.Next(10) == 0 ? "application/json" : "application/x-protobuf");
            input.Note(path, bytes);
            try
            {
                ((int)(await _http.PostAsync(path, content)).StatusCode).ShouldBeOneOf(200, 400, 413, 415);
            }
            catch (HttpRequestException) when (bytes.Length > OtlpReceiver.MaxBytes)
            {
                // What is too large is refused before it is read to its end, and who still sends does not hear that.
            }
        }
    }, () =>
    {
        foreach (var trace in _store.Traces())
            WaterfallRow.Of(_store.Trace(trace.Id).Spans).ShouldNotBeNull();
        _store.Logs(500, _ => true).Count.ShouldBeLessThanOrEqualTo(500);
        _store.Bytes.Spans.ShouldBeLessThanOrEqualTo(TelemetryStore.MaxBytes);
        _store.Bytes.Logs.ShouldBeLessThanOrEqualTo(TelemetryStore.MaxBytes);
        _errors.ShouldBeEmpty();
        return Task.CompletedTask;
    }, kept: () => _store.Bytes.Spans + _store.Bytes.Logs);

    // Ids of the right length, few of them: else nothing is kept.
    private static void Spans(Random random, IMessage message)
    {
        if (message is not ExportTraceServiceRequest traces)
            return;
        foreach (var span in traces.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans))
        {
            span.TraceId = ByteString.CopyFrom([.. new byte[15], (byte)random.Next(30)]);
            span.SpanId = ByteString.CopyFrom([.. new byte[7], (byte)random.Next(256)]);
            span.ParentSpanId = ByteString.CopyFrom([.. new byte[7], (byte)random.Next(256)]);
        }
    }
}

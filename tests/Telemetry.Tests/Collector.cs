using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Otlp;
using Tests.Shared;

namespace Telemetry.Tests;

/// <summary>Takes OTLP over gRPC and over HTTP (protobuf), and keeps all that comes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenSpan> _spans = new();
    private readonly ConcurrentQueue<(Resource Resource, LogRecord Record)> _logs = new();
    private readonly ConcurrentDictionary<string, Metric> _metrics = new();

    private Collector(WebApplication app) => _app = app;

    public required string GrpcEndpoint { get; init; }

    public required string HttpEndpoint { get; init; }

    public IReadOnlyList<SeenSpan> Spans => [.. _spans];

    public IReadOnlyList<(Resource Resource, LogRecord Record)> Logs => [.. _logs];

    /// <summary>The last report of each instrument of each process.</summary>
    public IReadOnlyCollection<Metric> Metrics => [.. _metrics.Values];

    public static async Task<Collector> StartAsync()
    {
        var (grpc, http) = (FreePorts.Next(), FreePorts.Next());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(grpc, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenLocalhost(http, listen => listen.Protocols = HttpProtocols.Http1);
        });
        Collector? collector = null;
        builder.Services.AddSingleton(_ => collector!);
        var app = builder.Build();
        collector = new Collector(app)
        {
            GrpcEndpoint = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{grpc}"),
            HttpEndpoint = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{http}"),
        };
        app.MapGrpcService<Traces>();
        app.MapGrpcService<LogRecords>();
        app.MapGrpcService<Instruments>();
        app.MapPost("/v1/traces", async context => collector.Take(ExportTraceServiceRequest.Parser.ParseFrom(await BodyAsync(context))));
        app.MapPost("/v1/logs", async context => collector.Take(ExportLogsServiceRequest.Parser.ParseFrom(await BodyAsync(context))));
        app.MapPost("/v1/metrics", async context => collector.Take(ExportMetricsServiceRequest.Parser.ParseFrom(await BodyAsync(context))));
        await app.StartAsync();
        return collector;
    }

    /// <summary>Until what has come is enough.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> what, CancellationToken ct)
    {
        while (!holds())
        {
            ct.IsCancellationRequested.ShouldBeFalse(what());
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Take(ExportTraceServiceRequest request)
    {
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                    _spans.Enqueue(new SeenSpan(resource.Resource, scope.Scope.Name, span));
            }
        }
    }

    private void Take(ExportLogsServiceRequest request)
    {
        foreach (var resource in request.ResourceLogs)
        {
            foreach (var record in resource.ScopeLogs.SelectMany(scope => scope.LogRecords))
                _logs.Enqueue((resource.Resource, record));
        }
    }

    private void Take(ExportMetricsServiceRequest request)
    {
        foreach (var resource in request.ResourceMetrics)
        {
            foreach (var metric in resource.ScopeMetrics.SelectMany(scope => scope.Metrics))
                _metrics[$"{resource.Resource.Attributes.Text("service.instance.id")}/{metric.Name}"] = metric;
        }
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private sealed class Traces(Collector collector) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            collector.Take(request);
            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }

    private sealed class LogRecords(Collector collector) : LogsService.LogsServiceBase
    {
        public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
        {
            collector.Take(request);
            return Task.FromResult(new ExportLogsServiceResponse());
        }
    }

    private sealed class Instruments(Collector collector) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
        {
            collector.Take(request);
            return Task.FromResult(new ExportMetricsServiceResponse());
        }
    }
}

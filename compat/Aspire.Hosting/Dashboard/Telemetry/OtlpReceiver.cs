using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Otlp;
using ServiceDefaults;
using ServiceDefaults.Limits;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>Takes OTLP over gRPC and over HTTP (protobuf). Metrics are taken and not kept: there is no page of them.</summary>
internal static class OtlpReceiver
{
    /// <summary>Bytes of one report.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Connections at a time, with those of the pages.</summary>
    public const int MaxConnections = 500;

    private const string Protobuf = "application/x-protobuf";

    /// <summary>Adds what takes the reports, and the limits of the server that takes them.</summary>
    public static void Add(IServiceCollection services, TelemetryStore store)
    {
        ServerLimits.Add(services);
        // One machine's processes and its browsers.
        services.Configure<ServerLimitOptions>(limits => limits.Connections = MaxConnections);
        services.AddTransient<IStartupFilter, MalformedCalls>();
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxBytes);
        services.AddSingleton(store);
    }

    public static void Map(IEndpointRouteBuilder app, TelemetryStore store)
    {
        app.MapGrpcService<Traces>();
        app.MapGrpcService<Logs>();
        app.MapGrpcService<Metrics>();
        var http = app.MapGroup("/v1").WithMetadata(new RequestSizeLimitAttribute(MaxBytes));
        http.MapPost("/traces", context => TakeAsync(context, ExportTraceServiceRequest.Parser, store.Add, new ExportTraceServiceResponse()));
        http.MapPost("/logs", context => TakeAsync(context, ExportLogsServiceRequest.Parser, store.Add, new ExportLogsServiceResponse()));
        http.MapPost("/metrics", context => TakeAsync(context, ExportMetricsServiceRequest.Parser, _ => { }, new ExportMetricsServiceResponse()));
    }

    private static async Task TakeAsync<T>(HttpContext context, MessageParser<T> parser, Action<T> take, IMessage answer)
        where T : IMessage<T>
    {
        if (context.Request.ContentType?.StartsWith(Protobuf, StringComparison.OrdinalIgnoreCase) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            take(parser.ParseFrom(body.GetBuffer().AsSpan(0, (int)body.Length)));
        }
        catch (InvalidProtocolBufferException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        catch (BadHttpRequestException error)
        {
            context.Response.StatusCode = error.StatusCode;
            return;
        }

        context.Response.ContentType = Protobuf;
        await context.Response.Body.WriteAsync(answer.ToByteArray(), context.RequestAborted);
    }

    internal sealed class Traces(TelemetryStore store) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            store.Add(request);
            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }

    internal sealed class Logs(TelemetryStore store) : LogsService.LogsServiceBase
    {
        public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
        {
            store.Add(request);
            return Task.FromResult(new ExportLogsServiceResponse());
        }
    }

    internal sealed class Metrics : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context) =>
            Task.FromResult(new ExportMetricsServiceResponse());
    }
}

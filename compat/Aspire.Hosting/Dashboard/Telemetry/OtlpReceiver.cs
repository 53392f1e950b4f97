using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Otlp;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>Takes OTLP over gRPC and over HTTP (protobuf). Metrics are taken and not kept: there is no page of them.</summary>
internal static class OtlpReceiver
{
    /// <summary>Bytes of one report.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const string Protobuf = "application/x-protobuf";

    public static void Add(IServiceCollection services, TelemetryStore store)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxBytes);
        services.AddSingleton(store);
    }

    public static void Map(IEndpointRouteBuilder app, TelemetryStore store)
    {
        app.MapGrpcService<Traces>();
        app.MapGrpcService<Logs>();
        app.MapGrpcService<Metrics>();
        app.MapPost("/v1/traces", context => TakeAsync(context, ExportTraceServiceRequest.Parser, store.Add, new ExportTraceServiceResponse()));
        app.MapPost("/v1/logs", context => TakeAsync(context, ExportLogsServiceRequest.Parser, store.Add, new ExportLogsServiceResponse()));
        app.MapPost("/v1/metrics", context => TakeAsync(context, ExportMetricsServiceRequest.Parser, _ => { }, new ExportMetricsServiceResponse()));
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

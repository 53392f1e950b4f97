using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tests.Shared;
using Transport;

namespace Chaos.Tests;

/// <summary>Takes OTLP over gRPC, from who shows a certificate, and says which signals came.</summary>
internal sealed class TelemetrySink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    private TelemetrySink(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary><c>traces</c>, <c>metrics</c>, <c>logs</c>: those of which anything came.</summary>
    public IEnumerable<string> Signals => _bytes.Where(signal => signal.Value > 0).Select(signal => signal.Key).Order();

    public static async Task<TelemetrySink> StartAsync(IEnumerable<string> transport)
    {
        var address = new Uri($"https://localhost:{FreePorts.Next()}");
        var builder = WebApplication.CreateBuilder(["--Kestrel:Endpoints:grpc:Url", address.ToString(), "--Kestrel:Endpoints:grpc:Protocols", "Http2", .. transport]);
        builder.Logging.ClearProviders();
        builder.AddTransport();
        var app = builder.Build();
        var sink = new TelemetrySink(app, address);
        app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", sink.TakeAsync);
        await app.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // An answer of gRPC with an empty message.
    private async Task TakeAsync(HttpContext context, string signal)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _bytes.AddOrUpdate(signal == "trace" ? "traces" : signal, body.Length, (_, before) => before + body.Length);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}

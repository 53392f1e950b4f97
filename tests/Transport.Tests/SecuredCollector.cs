using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Transport.Tests;

/// <summary>Takes OTLP over gRPC and HTTP by mutual TLS, and keeps the bytes; also an OPA, and a model's server that repeats the key in its refusal.</summary>
internal sealed class SecuredCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Type, string Text, string Headers)> _seen;

    private SecuredCollector(WebApplication app, ConcurrentQueue<(string Type, string Text, string Headers)> seen) => (_app, _seen) = (app, seen);

    public string Otlp => _app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public string Model => _app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)) + "/v1";

    /// <summary>Every report: its content type, its bytes as text, and its headers.</summary>
    public IReadOnlyList<(string Type, string Text, string Headers)> Reports => [.. _seen];

    public static async Task<SecuredCollector> StartAsync((string Certificate, string Key) files, string authority)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--Kestrel:Endpoints:otlp:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:model:Url=http://127.0.0.1:0", $"--Transport:Certificate={files.Certificate}",
            $"--Transport:Key={files.Key}", $"--Transport:Authority={authority}", "--Transport:ClientCertificates=required",
        ]);
        builder.Logging.ClearProviders();
        builder.AddTransport();
        var app = builder.Build();
        ConcurrentQueue<(string, string, string)> seen = new();
        app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsJsonAsync(new { error = new { message = $"Wrong key: {context.Request.Headers.Authorization}", code = "invalid_api_key" } });
        });
        app.MapPost("/v1/data/agents/tools/decision", (JsonElement asked) => new
        {
            decision_id = "decision-1",
            result = new { effect = asked.GetProperty("input").GetProperty("facts").GetRawText().Contains("secret", StringComparison.Ordinal) ? "deny" : "allow", rule = "by-text", reason = "So it is." },
        });
        app.MapFallback(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen.Enqueue((context.Request.ContentType ?? "", Encoding.Latin1.GetString(body.ToArray()), string.Join('\n', context.Request.Headers)));
            context.Response.ContentType = context.Request.ContentType;
            if (context.Request.ContentType != "application/grpc")
                return;
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]); // an empty answer
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return new SecuredCollector(app, seen);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agents.Models.Tests.Server;

/// <summary>
/// A server that speaks the protocol of chat completions over HTTP, and says what a test wrote: one reply for each request,
/// in order, or the reply that a function gives for a request.
/// </summary>
public sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Reply> _replies = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();

    private ModelServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, as the settings want it.</summary>
    public string Endpoint => Address + "/v1";

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Answers when there is no written reply. Null: then a request is answered with status 500.</summary>
    public Func<ModelRequest, Reply>? Otherwise { get; set; }

    public static async Task<ModelServer> StartAsync(params Reply[] replies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new ModelServer(app);
        foreach (var reply in replies)
            server._replies.Enqueue(reply);
        app.MapPost("/v1/chat/completions", server.AnswerAsync);
        app.MapPost("/openai/v1/chat/completions", server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ModelServer Then(Reply reply)
    {
        _replies.Enqueue(reply);
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var request = new ModelRequest(
            body.RootElement.Clone(), http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        _requests.Enqueue(request);
        var reply = _replies.TryDequeue(out var written) ? written
            : Otherwise?.Invoke(request) ?? Reply.Status(500, """{"error":{"message":"The test wrote no other reply."}}""");
        await reply.WriteAsync(http, request);
    }
}

/// <summary>What was asked.</summary>
public sealed record ModelRequest(JsonElement Body, IReadOnlyDictionary<string, string> Headers)
{
    public bool Streams => Body.TryGetProperty("stream", out var stream) && stream.GetBoolean();

    /// <summary>All that the request says, as it came.</summary>
    public string Text => Body.GetRawText();

    /// <summary>The last message's text.</summary>
    public string LastMessage => Content(Body.GetProperty("messages").EnumerateArray().Last());

    public IReadOnlyList<string> Roles => [.. Body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()!)];

    public string Message(int index) => Content(Body.GetProperty("messages")[index]);

    private static string Content(JsonElement message) => message.GetProperty("content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
        _ => "",
    };
}

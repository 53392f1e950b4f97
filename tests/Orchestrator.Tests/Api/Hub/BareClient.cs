using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>SignalR's JSON protocol by hand, for a client that reads when it is told to; the stock one always does. Its window is small, so that the server notices soon.</summary>
internal sealed class BareClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonNode> _read = new();

    public static async Task<BareClient> ConnectAsync(int port, string? key = null)
    {
        var client = new BareClient();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192, NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }, disposeHandler: false);
        await client._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/hubs/runs{(key is null ? "" : $"?access_token={key}")}"), invoker, CancellationToken.None);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        (await client.ReadAsync()).AsObject().ShouldBeEmpty();
        return client;
    }

    public Task SubscribeAsync(string run, long after) =>
        SendAsync($$$"""{"type":4,"invocationId":"{{{after}}}","target":"WatchRun","arguments":[{"run_id":"{{{run}}}","after_version":{{{after}}}}]}""");

    /// <summary>Calls a method with one argument.</summary>
    public Task InvokeAsync(string method, string argument) => SendAsync($$$"""{"type":1,"invocationId":"1","target":"{{{method}}}","arguments":[{{{argument}}}]}""");

    /// <summary>Says that it is alive while something is waited for.</summary>
    public async Task PingAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            await SendAsync("""{"type":6}""");
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromSeconds(5)));
        }

        await until;
    }

    /// <summary>The next message but pings.</summary>
    public async Task<JsonNode> ReadAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var buffer = new byte[64 * 1024];
        JsonNode? next;
        while (!_read.TryDequeue(out next))
        {
            using var message = new MemoryStream();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), late.Token);
                part.MessageType.ShouldBe(WebSocketMessageType.Text, "the connection stays");
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            foreach (var text in Encoding.UTF8.GetString(message.ToArray()).Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
            {
                if (JsonNode.Parse(text) is { } node && (int?)node["type"] != 6)
                {
                    _read.Enqueue(node);
                }
            }
        }

        return next;
    }

    public void Dispose() => _socket.Dispose();

    private Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text + "\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);
}

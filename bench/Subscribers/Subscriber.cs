using System.Net.WebSockets;
using System.Text;

namespace Bench.Subscribers;

/// <summary>
/// One client. It speaks SignalR's JSON protocol by hand and counts without parsing, so that it takes little of the
/// processors that it shares with what is measured.
/// </summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private const byte Separator = 0x1e;
    private static readonly byte[] s_event = "{ \"version\": "u8.ToArray(); // every event begins so, as REST and the hub write it
    private readonly ClientWebSocket _socket = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _runId;
    private Task _ended = Task.CompletedTask;

    private Subscriber(string runId) => _runId = runId;

    public long Events { get; private set; }

    public long Bytes { get; private set; }

    public long Messages { get; private set; }

    public Task FirstEvent => _first.Task;

    /// <summary>Completes with the run; fails when the stream ended otherwise.</summary>
    public Task Ended => _ended;

    public static async Task<Subscriber> StartAsync(Uri orchestrator, string runId, CancellationToken ct)
    {
        var subscriber = new Subscriber(runId);
        await subscriber._socket.ConnectAsync(new Uri($"ws://{orchestrator.Authority}/hubs/runs"), ct);
        await subscriber.SendAsync("""{"protocol":"json","version":1}""", ct);
        subscriber._ended = subscriber.ReadAsync();
        return subscriber;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
    }

    private Task SendAsync(string text, CancellationToken ct) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text + (char)Separator), WebSocketMessageType.Text, true, ct);

    private async Task ReadAsync()
    {
        var buffer = new byte[32 * 1024];
        var filled = 0;
        var handshake = true;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            var part = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException($"The connection was closed after {Events} events.");
            }

            filled += part.Count;
            Bytes += part.Count;
            if (!part.EndOfMessage || buffer[filled - 1] != Separator)
            {
                continue;
            }

            if (handshake)
            {
                handshake = false;
                await SendAsync($$$"""{"type":4,"invocationId":"1","target":"WatchRun","arguments":[{"run_id":"{{{_runId}}}"}]}""", CancellationToken.None);
            }
            else if (!await TakeAsync(buffer.AsMemory(0, filled)))
            {
                return;
            }

            filled = 0;
        }
    }

    // False: the stream has ended.
    private async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> messages)
    {
        var events = messages.Span.Count(s_event);
        if (events > 0)
        {
            Messages++;
            Events += events;
            _first.TrySetResult();
        }

        if (messages.Span.IndexOf("{\"type\":6}"u8) >= 0)
        {
            await SendAsync("""{"type":6}""", CancellationToken.None);
        }

        if (messages.Span.IndexOf("{\"type\":3,"u8) is var end and >= 0)
        {
            var completion = Encoding.UTF8.GetString(messages.Span[end..]);
            return completion.Contains("\"error\"", StringComparison.Ordinal) ? throw new InvalidOperationException(completion) : false;
        }

        return true;
    }
}

using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Fuzz.Tests.Hub;

/// <summary>A connection to the hub by hand: any bytes, in frames of any size, and what comes back.</summary>
internal sealed class HubConnection(int port) : IDisposable
{
    /// <summary>What ends a message of SignalR's JSON protocol.</summary>
    public const char End = '\u001e';

    private const int Invocation = 1, Item = 2, Completion = 3, Ping = 6, Closing = 7;
    private const int MaxFrame = 16 * 1024;
    private const string LastId = "last";
    private const string Last = $$"""{"type":1,"invocationId":"{{LastId}}","target":"CancelRun","arguments":[{}]}""";
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] s_pings = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($$"""{"type":{{Ping}}}{{End}}""", MaxFrame / 12)));
    private readonly ClientWebSocket _socket = new();

    /// <summary>Sends all, and then a call of its own, and reads until that is answered or the server has closed.</summary>
    /// <returns>What was said of failures before.</returns>
    public async Task<IReadOnlyList<string>> TalkAsync(byte[] bytes)
    {
        await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/hubs/runs"), CancellationToken.None);
        using var done = new CancellationTokenSource();
        var sending = SendAsync([.. bytes, .. Encoding.UTF8.GetBytes(Last + End)], done.Token);
        var errors = new List<string>();
        await foreach (var message in MessagesAsync())
        {
            // The answer to the handshake has no type.
            var type = message.TryGetProperty("type", out var number) ? number.GetInt32() : Ping;
            type.ShouldBeOneOf(Invocation, Item, Completion, Ping, Closing);
            if (type == Completion && message.GetProperty("invocationId").GetString() == LastId)
                break;
            if (message.TryGetProperty("error", out var error))
                errors.Add(error.GetString() ?? "");
        }

        await done.CancelAsync();
        await sending;
        return errors;
    }

    // It goes as it came: who breaks off, says nothing.
    public void Dispose() => _socket.Dispose();

    // Behind a message of a kind that there is not the server looks at nothing more. What waits is bounded, and whoever goes on is cut off.
    private async Task SendAsync(byte[] bytes, CancellationToken done)
    {
        try
        {
            foreach (var frame in bytes.Chunk(MaxFrame))
                await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            using var timer = new PeriodicTimer(s_interval);
            while (await timer.WaitForNextTickAsync(done))
                await _socket.SendAsync(s_pings, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception over) when (over is WebSocketException or IOException or OperationCanceledException)
        {
            // The server may close while it is still being sent to.
        }
    }

    private async IAsyncEnumerable<JsonElement> MessagesAsync()
    {
        var buffer = new byte[64 * 1024];
        var rest = new MemoryStream();
        while (await ReceiveAsync(buffer) is { } read)
        {
            rest.Write(buffer, 0, read);
            var all = rest.GetBuffer().AsMemory(0, (int)rest.Length);
            for (int end; (end = all.Span.IndexOf((byte)End)) >= 0; all = all[(end + 1)..])
                yield return JsonDocument.Parse(all[..end]).RootElement.Clone();
            var left = all.ToArray();
            rest.SetLength(0);
            rest.Write(left);
        }
    }

    private async Task<int?> ReceiveAsync(byte[] buffer)
    {
        try
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            return part.MessageType == WebSocketMessageType.Close ? null : part.Count;
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}

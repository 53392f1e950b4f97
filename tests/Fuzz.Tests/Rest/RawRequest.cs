using System.Net.Sockets;
using System.Text;

namespace Fuzz.Tests.Rest;

/// <summary>HTTP/1.1 by hand: nothing of a request is put right on its way.</summary>
internal static class RawRequest
{
    /// <summary>Sends bytes on a connection of their own, and reads the answer; of a stream, its beginning.</summary>
    /// <returns>Status, and header with body as text; 0: the server hung up.</returns>
    public static async Task<(int Status, string Text)> SendAsync(int port, byte[] bytes)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, late.Token);
        var answer = new MemoryStream();
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(bytes, late.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[16 * 1024];
            int read;
            while (!IsEnough(answer) && (read = await stream.ReadAsync(buffer, late.Token)) > 0)
                answer.Write(buffer, 0, read);
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // It may hang up while it is still being sent to.
        }

        var text = Encoding.UTF8.GetString(answer.ToArray());
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), out var status) ? status : 0, text);
    }

    private static bool IsEnough(MemoryStream answer)
    {
        var bytes = answer.GetBuffer().AsSpan(0, (int)answer.Length);
        return bytes.Length > 1024 * 1024 || (bytes.IndexOf("text/event-stream"u8) >= 0 && bytes.IndexOf("\r\n\r\n"u8) >= 0);
    }
}

using System.Net.Sockets;
using System.Text;
using Fuzz.Tests.Engine;

namespace Fuzz.Tests.Calls;

/// <summary>HTTP/2 by hand: the frames of a call, in any order, damaged.</summary>
internal static class Http2Frames
{
    private const byte Data = 0, Headers = 1, Settings = 4;

    /// <summary>Sends some on a connection of their own, reads what comes, and goes.</summary>
    public static async Task SendAsync(int port, FuzzInput input)
    {
        var random = input.Random;
        var bytes = input.Note("http2", Make(random));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, late.Token) > 0)
            {
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // The server may hang up on such a client.
        }
    }

    private static byte[] Make(Random random)
    {
        var bytes = new List<byte>();
        if (random.Next(20) > 0)
            bytes.AddRange(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        bytes.AddRange(Frame(Settings, 0, 0, []));
        for (int count = random.Next(1, 12), id = 1; count > 0; count--, id += random.Next(2) * 2)
        {
            bytes.AddRange(random.Next(4) switch
            {
                0 => Frame(Headers, 4, id, Fields(random)),
                1 => Frame(Data, (byte)random.Next(2), id, RawCall.Frame(Bytes.Any(random, 60))),
                2 => Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(4) == 0 ? 0 : id, Bytes.Any(random, 40)),
                _ => [.. Frame(Headers, 4, id, Fields(random)), .. Frame(Data, 1, id, RawCall.Frame([]))],
            });
        }

        var all = bytes.ToArray();
        return random.Next(2) == 0 ? Bytes.Mutate(random, all, all) : all;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload,
    ];

    // HPACK: each field by its name and value, not indexed.
    private static byte[] Fields(Random random)
    {
        var fields = new List<byte>();
        foreach (var (name, value) in new[]
        {
            (":method", "POST"), (":scheme", "http"), (":path", random.Next(4) == 0 ? Texts.Word(random) : "/agents.v1.OrchestratorService/ListRuns"), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", random.Next(4) == 0 ? Texts.Word(random) : "100m"),
        })
        {
            var text = Encoding.UTF8.GetBytes(value);
            if (text.Length < 127 && random.Next(30) > 0)
                fields.AddRange([0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)text.Length, .. text]);
        }

        return [.. fields];
    }
}

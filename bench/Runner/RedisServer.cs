using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bench.Runner;

/// <summary>The Redis that all systems share: append-only file, flushed every second.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly int _port;

    private RedisServer(Child process, int port) => (Process, _port) = (process, port);

    public Child Process { get; }

    public string Endpoint => $"127.0.0.1:{_port}";

    public int Port => _port;

    public static async Task<RedisServer> StartAsync(int port, string folder)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "redis")).FullName;
        var process = Child.Start(
            "redis", "redis-server",
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", data, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
                // A rewrite in the background would fall on whoever is being measured just then.
                "--auto-aof-rewrite-percentage", "0", "--maxmemory-policy", "noeviction",
            ],
            folder);
        var server = new RedisServer(process, port);
        await Wait.UntilAsync(async () => (await server.AskAsync("PING")).StartsWith("+PONG", StringComparison.Ordinal), "redis-server", process);
        return server;
    }

    /// <summary>How often scripts were called so far.</summary>
    public async Task<long> ScriptsAsync() => (await AskAsync("INFO commandstats")).Split('\n')
        .Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..line.IndexOf(',', StringComparison.Ordinal)]));

    /// <summary>How many commands of clients were processed so far, calls from scripts not counted.</summary>
    public async Task<long> CommandsAsync() => long.Parse((await AskAsync("INFO stats")).Split('\n').First(line => line.StartsWith("total_commands_processed:", StringComparison.Ordinal))[25..]);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // One short question on a connection of its own.
    private async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\nQUIT\r\n"));
        return await new StreamReader(stream).ReadToEndAsync();
    }
}

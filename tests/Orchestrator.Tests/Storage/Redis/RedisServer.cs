using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tests.Shared;

namespace Orchestrator.Tests.Storage.Redis;

/// <summary>A real redis-server on a free port of the loopback, with a folder of its own.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Process? _process;

    /// <summary>Settings beyond the usual ones, such as <c>--maxmemory-policy</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public int Port { get; } = FreePorts.Next();

    public string ConnectionString => ConnectTo(Port);

    public static string ConnectTo(int port) => $"127.0.0.1:{port},connectTimeout=2000";

    public async Task InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", .. Settings,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("These tests need redis-server on the PATH: 'apt-get install redis-server' (test.sh does it).", e);
        }

        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var deadline = Stopwatch.StartNew();
        while (await PingAsync() != "+PONG")
        {
            _process.HasExited.ShouldBeFalse("redis-server ended at once");
            deadline.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(20);
        }
    }

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Stops or continues the process: it keeps its connections and answers nothing.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    /// <summary>Sends one command line and returns the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await SignalAsync("CONT");
            Kill();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private async Task<string> PingAsync()
    {
        try
        {
            return await CommandAsync("PING");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SharedRedis : ICollectionFixture<RedisServer>
{
    public const string Name = "redis";
}

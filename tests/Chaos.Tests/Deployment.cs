using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tests.Shared;

namespace Chaos.Tests;

/// <summary>
/// What is under test, as real processes on the loopback: redis-server, replicas of the orchestrator that reach it
/// through relays, and two instances of each role. Or one orchestrator with the embedded store.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly List<Relay> _relays = [];
    private IReadOnlyList<Uri> _httpAddresses = [];

    private Deployment(string folder, Security? security) => (Folder, Security) = (folder, security);

    public string Folder { get; }

    /// <summary>Null: nobody has to show anything.</summary>
    public Security? Security { get; }

    public string Executions => Path.Combine(Folder, "executions");

    public ChildProcess? Redis { get; private set; }

    public int RedisPort { get; private set; }

    public IReadOnlyList<ChildProcess> Replicas { get; private set; } = [];

    public IReadOnlyList<ChildProcess> Agents { get; private set; } = [];

    /// <summary>One for each replica; none with the embedded store.</summary>
    public IReadOnlyList<Relay> Relays => _relays;

    /// <summary>Where clients reach each replica.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public IEnumerable<ChildProcess> Processes => [.. Replicas, .. Agents, .. Redis is null ? Array.Empty<ChildProcess>() : [Redis]];

    public static async Task<Deployment> StartAsync(string folder, int replicas, bool embedded, bool secured)
    {
        var deployment = new Deployment(folder, secured ? await Security.CreateAsync(folder) : null);
        Directory.CreateDirectory(deployment.Executions);
        try
        {
            await deployment.StartAsync(replicas, embedded);
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }

        return deployment;
    }

    /// <summary>Asks all but the store to stop, agents first.</summary>
    /// <returns>The names of those that had to be killed.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(TimeSpan patience)
    {
        List<string> stubborn = [];
        foreach (var processes in new[] { Agents, Replicas })
        {
            await Task.WhenAll(processes.Select(async p =>
            {
                if (!await p.StopAsync(patience))
                {
                    lock (stubborn)
                    {
                        stubborn.Add(p.Name);
                    }
                }
            }));
        }

        return stubborn;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }

        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }

        if (Security is not null)
        {
            await Security.DisposeAsync();
        }
    }

    /// <summary>A connection to Redis that may give commands.</summary>
    public async Task<Stream> RedisAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, RedisPort);
        return Security is null ? client.GetStream() : await Security.RedisAsync(client.GetStream());
    }

    /// <summary>Until every replica says that it is well.</summary>
    public async Task ReadyAsync() => await UntilAsync(async () =>
    {
        foreach (var address in _httpAddresses)
        {
            using var http = Security is null ? new HttpClient() : new HttpClient(Security.Handler(address, http2: false));
            using var answer = await http.GetAsync(new Uri(address, "/health"));
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }
        }

        return true;
    });

    /// <summary>Until the redis-server takes connections.</summary>
    public async Task RedisReadyAsync() => await UntilAsync(async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, RedisPort);
        return true;
    });

    private async Task StartAsync(int replicas, bool embedded)
    {
        if (!embedded)
        {
            RedisPort = FreePorts.Next();
            Redis = new ChildProcess("redis", Folder, "redis-server", () =>
                [.. Security?.OfRedis(RedisPort) ?? ["--port", Text(RedisPort)], "--bind", "127.0.0.1", "--dir", Folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
            Redis.Start();
            await RedisReadyAsync();
        }

        var ports = Enumerable.Range(0, replicas).Select(_ => (Http: FreePorts.Next(), Grpc: FreePorts.Next())).ToArray();
        Addresses = [.. ports.Select(p => Address(p.Grpc))];
        Replicas = [.. ports.Select((p, i) => Replica(i, p.Http, p.Grpc, embedded))];
        foreach (var replica in Replicas)
        {
            replica.Start();
        }

        _httpAddresses = [.. ports.Select(p => Address(p.Http))];
        await ReadyAsync();
        Agents = [.. ChaosAgents.Roles.SelectMany(role => Enumerable.Range(0, 2).Select(i => Agent(role, i)))];
        foreach (var agent in Agents)
        {
            agent.Start();
        }
    }

    private ChildProcess Replica(int number, int http, int grpc, bool embedded)
    {
        List<string> settings =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Orchestrator.dll"),
            "--Kestrel:Endpoints:http:Url", Address(http).ToString(),
            "--Kestrel:Endpoints:grpc:Url", Address(grpc).ToString(),
            "--Playbooks:Path", Path.Combine(AppContext.BaseDirectory, "Playbooks"),
            "--Artifacts:Path", Path.Combine(Folder, "artifacts"),
            "--Security:KeyFile", Path.Combine(Folder, "credential.key"), .. Security?.OfReplica() ?? [],
        ];
        if (embedded)
        {
            settings.AddRange(["--Store:Kind", "embedded", "--Store:Path", Path.Combine(Folder, "data")]);
        }
        else
        {
            var relay = new Relay(RedisPort);
            _relays.Add(relay);
            settings.AddRange(["--Store:Kind", "redis", "--ConnectionStrings:redis", $"{(Security is null ? "127.0.0.1" : "localhost")}:{relay.Port},connectTimeout=2000{(Security is null ? "" : ",ssl=true")}"]);
        }

        return new ChildProcess("replica-" + number, Folder, "dotnet", () => settings, Security?.EnvironmentOfReplica);
    }

    private ChildProcess Agent(string role, int number)
    {
        // Each process has a file of its own: one that was killed may have left half a line.
        var starts = 0;
        var name = $"{role}-{number}";
        return new ChildProcess(name, Folder, "dotnet", () =>
        {
            List<string> arguments =
            [
                "exec", typeof(Deployment).Assembly.Location, ChaosAgents.Command, role,
                Path.Combine(Executions, $"{name}-{Interlocked.Increment(ref starts)}.executions"),
                "--Agents:InstanceName", name, "--Agents:DrainSeconds", "5", .. Security?.OfAgent(role) ?? [],
            ];
            for (var i = 0; i < Addresses.Count; i++)
            {
                // Each instance begins with another replica.
                arguments.AddRange([$"--services:orchestrator:grpc:{i}", Addresses[(i + number) % Addresses.Count].ToString()]);
            }

            return arguments;
        });
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception e) when (watch.Elapsed < TimeSpan.FromSeconds(90) && e is SocketException or HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(50);
            if (watch.Elapsed > TimeSpan.FromSeconds(90))
            {
                throw new TimeoutException("The system did not come up within 90 s.");
            }
        }
    }

    private Uri Address(int port) => new($"{(Security is null ? "http" : "https")}://127.0.0.1:{port}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

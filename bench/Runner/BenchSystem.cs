using System.Globalization;

namespace Bench.Runner;

/// <summary>All processes, as in production: release builds, default settings, one host.</summary>
internal sealed class BenchSystem : IAsyncDisposable
{
    private readonly List<Child> _children = [];
    private readonly Options _options;
    private readonly List<int> _grpc = [];
    private int _http;

    private BenchSystem(Options options, RedisServer redis, string folder) => (_options, Redis, Folder) = (options, redis, folder);

    public RedisServer Redis { get; }

    /// <summary>Where data and logs are.</summary>
    public string Folder { get; }

    public IReadOnlyList<Child> Orchestrators => [.. _children.Where(child => child.Name.StartsWith("orchestrator", StringComparison.Ordinal))];

    public Child this[string name] => _children.First(child => child.Name == name);

    public static async Task<BenchSystem> StartAsync(Options options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"agents-bench-{Environment.ProcessId}")).FullName;
        var ports = Ports.Free(4);
        var system = new BenchSystem(options, await RedisServer.StartAsync(ports[0], folder), folder);
        try
        {
            await system.StartAsync(ports[1], ports[2], ports[3]);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public bool Has(string name) => _options.Only.Count == 0 || _options.Only.Contains(name);

    /// <summary>The processes of a system under test, Redis included.</summary>
    public IReadOnlyList<Child> ProcessesOf(string name) => name switch
    {
        "agents" => [this["client"], .. Orchestrators, this["agent"], Redis.Process],
        "bare_loop" => [this["bare_loop"], this["bare_agent"], Redis.Process],
        _ => [this["bullmq"], Redis.Process],
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        await Redis.DisposeAsync();
        if (Environment.GetEnvironmentVariable("BENCH_KEEP") is null)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task StartAsync(int http, int grpc, int agent)
    {
        await AgentsAsync(http, grpc, agent);
        if (Has("bare_loop"))
        {
            // An agent takes calls from what it has joined: this one, the loop's own, joins the loop.
            var ports = Ports.Free(2);
            Add(StartAgent("bare_agent", ports[0], ports[1], Folder, []));
            await AnswersAsync("bare_loop", Built("bench/BareLoop", "Bench.BareLoop"), [$"{ports[0]}", $"http://127.0.0.1:{ports[1]}", Redis.Endpoint]);
        }

        if (Has("bullmq"))
        {
            var program = Path.Combine(_options.Root, "bench/peers/bullmq/bench.mjs");
            var worker = await AnswersAsync("bullmq", "node", [program, Redis.Port.ToString(CultureInfo.InvariantCulture)]);
            this["bullmq"].Pids.Add(int.Parse(worker.Split(' ')[1]));
        }
    }

    /// <summary>Makes it so many replicas.</summary>
    /// <returns>A client that uses them all in turn.</returns>
    public async Task<Child> ScaleAsync(int replicas)
    {
        while (Orchestrators.Count > replicas)
        {
            var last = Orchestrators[^1];
            _children.Remove(last);
            _grpc.RemoveAt(_grpc.Count - 1);
            await last.DisposeAsync();
        }

        while (Orchestrators.Count < replicas)
        {
            var ports = Ports.Free(2);
            await OrchestratorAsync($"orchestrator-{Orchestrators.Count + 1}", ports[0], ports[1]);
        }

        var client = Child.Start($"client-of-{replicas}", Built("bench/Client", "Bench.Client"), _grpc.Select(port => $"http://127.0.0.1:{port}"), Folder, answers: true);
        await client.AnswerAsync();
        return client;
    }

    /// <summary>A program of clients that watch runs.</summary>
    public async Task<Child> SubscribersAsync()
    {
        var subscribers = Child.Start("subscribers", Built("bench/Subscribers", "Bench.Subscribers"), [$"http://127.0.0.1:{_http}"], Folder, answers: true);
        await subscribers.AnswerAsync();
        return subscribers;
    }

    /// <summary>The same once more, with other keys in Redis, and reporting all it can.</summary>
    public async Task<TracedSystem> TracedAsync()
    {
        var ports = Ports.Free(4);
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "traced")).FullName;
        string[] Reports(string service) => ["--OTEL_EXPORTER_OTLP_ENDPOINT", $"http://localhost:{ports[3]}", "--OTEL_SERVICE_NAME", service, .. _options.Telemetry];
        var collector = Child.Start("collector", Built("bench/Collector", "Bench.Collector"), [ports[3].ToString(CultureInfo.InvariantCulture)], folder, answers: true);
        await collector.AnswerAsync();
        var orchestrator = await StartedAsync("traced-orchestrator", ports[0], ports[1], folder, ["--Store:Prefix", "traced", .. Reports("orchestrator")]);
        var agent = await AgentAsync("traced-agent", ports[0], ports[1], ports[2], folder, Reports("agent"));
        var client = Child.Start("traced-client", Built("bench/Client", "Bench.Client"), [$"http://127.0.0.1:{ports[1]}"], folder, answers: true);
        await client.AnswerAsync();
        return new TracedSystem(collector, orchestrator, agent, client);
    }

    private async Task AgentsAsync(int http, int grpc, int agent)
    {
        _http = http;
        await OrchestratorAsync("orchestrator", http, grpc);
        Add(await AgentAsync("agent", http, grpc, agent, Folder, []));
        await AnswersAsync("client", Built("bench/Client", "Bench.Client"), [$"http://127.0.0.1:{grpc}"]);
    }

    private async Task<Child> AgentAsync(string name, int http, int grpc, int port, string folder, string[] more)
    {
        var agent = StartAgent(name, grpc, port, folder, more);
        using var probe = new HttpClient();
        await Wait.UntilAsync(
            async () => (await probe.GetStringAsync($"http://127.0.0.1:{http}/api/agents")).Contains("noop", StringComparison.Ordinal), "the agent", agent);
        return agent;
    }

    private Child StartAgent(string name, int orchestrator, int port, string folder, string[] more) => Child.Start(
        name, Built("bench/NoOpAgent", "Bench.NoOpAgent"),
        ["--Kestrel:Endpoints:grpc:Url", $"http://127.0.0.1:{port}", "--services:orchestrator:grpc:0", $"http://127.0.0.1:{orchestrator}", .. more], folder);

    private async Task OrchestratorAsync(string name, int http, int grpc)
    {
        Add(await StartedAsync(name, http, grpc, Folder, []));
        _grpc.Add(grpc);
    }

    private async Task<Child> StartedAsync(string name, int http, int grpc, string folder, string[] more)
    {
        var process = Child.Start(
            name, Built("Orchestrator", "Orchestrator"),
            [
                "--Kestrel:Endpoints:http:Url", $"http://127.0.0.1:{http}", "--Kestrel:Endpoints:grpc:Url", $"http://127.0.0.1:{grpc}",
                "--ConnectionStrings:redis", Redis.Endpoint, "--Playbooks:Path", Path.Combine(_options.Root, "bench/playbooks"),
                "--Artifacts:Path", Path.Combine(folder, "artifacts"), "--Security:KeyFile", Path.Combine(folder, "credential.key"), .. more,
            ],
            folder);
        using var probe = new HttpClient();
        await Wait.UntilAsync(async () => (await probe.GetAsync(new Uri($"http://127.0.0.1:{http}/health"))).IsSuccessStatusCode, name, process);
        return process;
    }

    private async Task<string> AnswersAsync(string name, string program, IEnumerable<string> arguments) =>
        await Add(Child.Start(name, program, arguments, Folder, answers: true)).AnswerAsync();

    private Child Add(Child child)
    {
        _children.Add(child);
        return child;
    }

    private string Built(string folder, string name) => Path.Combine(_options.Root, folder, "bin/Release/net10.0", name);
}

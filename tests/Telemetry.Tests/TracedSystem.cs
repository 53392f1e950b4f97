using System.Globalization;
using Grpc.Net.Client;
using Protos.V1;
using Tests.Shared;

namespace Telemetry.Tests;

/// <summary>Replicas of the orchestrator and two agents as real processes that report to a collector.</summary>
internal sealed class TracedSystem : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];
    private readonly string _folder;
    private readonly IReadOnlyList<string> _telemetry;

    private TracedSystem(string folder, IReadOnlyList<string> telemetry)
    {
        _folder = folder;
        _telemetry = telemetry;
    }

    public IReadOnlyList<ChildProcess> Replicas { get; private set; } = [];

    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Starts all of it. Replicas report by gRPC, agents over HTTP.</summary>
    /// <param name="folder">For data and logs.</param>
    /// <param name="collector">Null: nothing is reported.</param>
    /// <param name="replicas">More than one needs redis-server.</param>
    /// <param name="settings">More settings of the agents; those with <c>=</c> go into the environment.</param>
    public static async Task<TracedSystem> StartAsync(string folder, Collector? collector, int replicas, CancellationToken ct, params string[] settings)
    {
        // What has come to an end is reported soon.
        var system = new TracedSystem(folder, collector is null ? [] : ["--OTEL_BSP_SCHEDULE_DELAY", "100", "--OTEL_BLRP_SCHEDULE_DELAY", "100", "--OTEL_METRIC_EXPORT_INTERVAL", "500"]);
        try
        {
            await system.StartAsync(collector, replicas, settings, ct);
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }

        return system;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
            await process.DisposeAsync();
    }

    private async Task StartAsync(Collector? collector, int replicas, string[] settings, CancellationToken ct)
    {
        string[] store = ["--Store:Kind", "embedded", "--Store:Path", Path.Combine(_folder, "data")];
        if (replicas > 1)
        {
            var redis = FreePorts.Next();
            Start("redis", "redis-server", ["--port", Text(redis), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
            store = ["--Store:Kind", "redis", "--ConnectionStrings:redis", $"127.0.0.1:{redis},connectTimeout=2000,abortConnect=false"];
        }

        var ports = Enumerable.Range(0, replicas).Select(_ => (Http: FreePorts.Next(), Grpc: FreePorts.Next())).ToArray();
        Addresses = [.. ports.Select(port => new Uri($"http://127.0.0.1:{port.Grpc}"))];
        Replicas = [.. ports.Select((port, i) => Start($"replica-{i}", "dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Orchestrator.dll"),
            "--Kestrel:Endpoints:http:Url", $"http://127.0.0.1:{port.Http}", "--Kestrel:Endpoints:grpc:Url", $"http://127.0.0.1:{port.Grpc}",
            "--Playbooks:Path", Path.Combine(AppContext.BaseDirectory, "Playbooks"),
            "--Artifacts:Path", Path.Combine(_folder, "artifacts"), "--Security:KeyFile", Path.Combine(_folder, "credential.key"),
            "--Logging:LogLevel:Orchestrator", "Debug",
            .. store, .. Reporting(collector?.GrpcEndpoint, "grpc", "orchestrator"),
        ]))];
        using var http = new HttpClient();
        foreach (var port in ports)
            await UpAsync(http, new Uri($"http://127.0.0.1:{port.Http}/health"), ct);
        foreach (var role in (string[])["worker", "critic"])
        {
            Start(role, "dotnet",
            [
                .. TracedAgents.Arguments(role), "--Agents:InstanceName", role + "-0",
                .. Addresses.SelectMany((address, i) => (string[])[$"--services:orchestrator:grpc:{i}", address.ToString()]),
                .. settings.Where(setting => !setting.Contains('=', StringComparison.Ordinal)), .. Reporting(collector?.HttpEndpoint, "http/protobuf", role),
            ],
            settings.Where(setting => setting.Contains('=', StringComparison.Ordinal)).Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));
        }

        // A run that waits for its agents leaves memory, and has a span for each time.
        foreach (var address in Addresses)
        {
            using var channel = GrpcChannel.ForAddress(address);
            var client = new OrchestratorService.OrchestratorServiceClient(channel);
            while ((await client.ListAgentsAsync(new ListAgentsRequest(), cancellationToken: ct)).Instances.Count < 2)
                await Task.Delay(50, ct);
        }
    }

    private IReadOnlyList<string> Reporting(string? endpoint, string protocol, string service) => endpoint is null ? []
        : ["--OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "--OTEL_EXPORTER_OTLP_PROTOCOL", protocol, "--OTEL_SERVICE_NAME", service, .. _telemetry];

    private ChildProcess Start(string name, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new ChildProcess(name, _folder, program, () => arguments, environment);
        _processes.Add(process);
        process.Start();
        return process;
    }

    private static async Task UpAsync(HttpClient http, Uri health, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(health, ct);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(50, ct);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

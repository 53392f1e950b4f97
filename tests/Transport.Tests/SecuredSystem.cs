using System.Globalization;
using Microsoft.Extensions.Configuration;
using Tests.Shared;

namespace Transport.Tests;

/// <summary>An orchestrator, an agent and Redis as real processes that speak TLS only and want certificates from each other.</summary>
public sealed class SecuredSystem : IAsyncLifetime
{
    /// <summary>What every secret has in it.</summary>
    public const string Mark = "sesame";

    private const string Password = "open," + Mark;
    private static readonly string[] s_otlp = ["--OTEL_BSP_SCHEDULE_DELAY", "100", "--OTEL_BLRP_SCHEDULE_DELAY", "100", "--OTEL_METRIC_EXPORT_INTERVAL", "500"];
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-run-").FullName;
    private readonly List<ChildProcess> _processes = [];
    private readonly int _port = FreePorts.Next();

    private SecuredCollector? _collector;

    public SecuredSystem() => (Authority, Stranger) = (new TestAuthority(_folder), new TestAuthority(_folder, "Stranger"));

    public string Folder => _folder;

    /// <summary>What all processes print.</summary>
    public string Logs => string.Join('\n', Directory.GetFiles(_folder, "*.log").Select(Read));

    internal TestAuthority Authority { get; }

    /// <summary>Nobody here believes it.</summary>
    internal TestAuthority Stranger { get; }

    internal SecuredCollector Collector => _collector!;

    /// <summary>Of the one port for everything.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{_port}");

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        var ct = patience.Token;
        _collector = await SecuredCollector.StartAsync(Authority.Issue("collector"), Authority.File);
        var redis = FreePorts.Next().ToString(CultureInfo.InvariantCulture);
        var store = Authority.Issue("redis");
        Start("redis", "redis-server",
        [
            "--port", "0", "--tls-port", redis, "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
            "--tls-cert-file", store.Certificate, "--tls-key-file", store.Key, "--tls-ca-cert-file", Authority.File, "--tls-auth-clients", "yes", "--requirepass", Password,
        ]);
        Start("orchestrator", "dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Orchestrator.dll"), "--Kestrel:Endpoints:http:Url", Address, .. Shown(Authority.Issue("orchestrator")),
            "--Transport:ClientCertificates", "required", "--Transport:ReloadSeconds", "1",
            "--Store:Kind", "redis", "--ConnectionStrings:redis", $"127.0.0.1:{redis},ssl=true,abortConnect=false", "--Store:PasswordFile", Secret("redis-password", Password),
            "--Playbooks:Path", Path.Combine(AppContext.BaseDirectory, "Playbooks"),
            "--Artifacts:Path", Path.Combine(_folder, "artifacts"), "--Security:KeyFile", Path.Combine(_folder, "credential.key"),
            "--Policy:Opa", Collector.Otlp, "--Logging:LogLevel:Default", "Debug", .. Reporting("grpc"),
        ]);
        StartAgent("agent", Authority);

        using var http = Http();
        while (!await HasAgentAsync(http, ct))
            await Task.Delay(100, ct);
    }

    /// <summary>Starts an orchestrator that joins this one as a team, with an agent of its own.</summary>
    internal void StartTeam()
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{FreePorts.Next()}");
        Start("team", "dotnet",
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Orchestrator.dll"), "--Kestrel:Endpoints:http:Url", address, .. Shown(Authority.Issue("team")),
            "--Transport:ClientCertificates", "required", "--Team:Master", Address, "--Team:Role", "team",
            "--Playbooks:Path", Path.Combine(AppContext.BaseDirectory, "Playbooks"), "--Store:Path", Path.Combine(_folder, "team"),
            "--Artifacts:Path", Path.Combine(_folder, "team-artifacts"), "--Security:KeyFile", Path.Combine(_folder, "team-credential.key"), "--Logging:LogLevel:Default", "Debug",
        ]);
        StartAgent("member", Authority, address);
    }

    /// <summary>Starts an agent that shows a certificate of some authority.</summary>
    internal void StartAgent(string name, TestAuthority authority, string? orchestrator = null) => Start(name, "dotnet",
    [
        .. Program.Arguments, "--services:orchestrator:grpc:0", orchestrator ?? Address, .. Shown(authority.Issue(name)), "--Transport:ClientCertificates", "required",
        "--Agents:InstanceName", name, "--Logging:LogLevel:Default", "Debug", "--Models:Provider", "compatible", "--Models:Model", "scripted",
        "--Models:Compatible:Endpoint", Collector.Model, "--Models:Compatible:ApiKeyFile", Secret("model-key", "sk-" + Mark), .. Reporting("http/protobuf"),
    ]);

    /// <summary>Runs the command line as a process of its own.</summary>
    public async Task<(int Code, string Output)> CliAsync((string Certificate, string Key)? shown, string authority, CancellationToken ct, params string[] arguments)
    {
        Dictionary<string, string?> environment = new() { ["AGENTS_SERVER"] = Address, ["AGENTS_CA_FILE"] = authority };
        if (shown is { } own)
            (environment["AGENTS_CLIENT_CERTIFICATE"], environment["AGENTS_CLIENT_KEY"]) = own;
        return await RunAsync("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Cli.dll"), .. arguments], environment, ct);
    }

    public Task<(int Code, string Output)> PythonAsync(CancellationToken ct, params string[] arguments) =>
        RunAsync("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Python", "client.py"), Address["https://".Length..], .. arguments], [], ct);

    /// <summary>Waits until a process has said something.</summary>
    public async Task SaysAsync(string process, string text, CancellationToken ct)
    {
        while (!LogOf(process).Contains(text, StringComparison.Ordinal))
        {
            ct.IsCancellationRequested.ShouldBeFalse($"{text}\n{LogOf(process)}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
            await process.DisposeAsync();
        await Collector.DisposeAsync();
        Authority.Dispose();
        Stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string[] Reporting(string protocol)
    {
        var (certificate, key) = Authority.Issue("reporter");
        return
        [
            "--OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Otlp, "--OTEL_EXPORTER_OTLP_PROTOCOL", protocol, "--OTEL_EXPORTER_OTLP_CERTIFICATE", Authority.File,
            "--OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", certificate, "--OTEL_EXPORTER_OTLP_CLIENT_KEY", key,
            "--OTEL_EXPORTER_OTLP_HEADERS_FILE", Secret("otlp-headers", "x-key=otlp-" + Mark), .. s_otlp,
        ];
    }

    private string Secret(string name, string value)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, value + "\n");
        return path;
    }

    private string[] Shown((string Certificate, string Key) files) =>
        ["--Transport:Certificate", files.Certificate, "--Transport:Key", files.Key, "--Transport:Authority", Authority.File];

    private HttpClient Http()
    {
        var settings = new ConfigurationBuilder().AddCommandLine(Shown(Authority.Issue("probe"))).Build();
        var credentials = new TransportCredentials(TransportSettings.Read(settings), TimeProvider.System);
        return new HttpClient(credentials.Secure(new SocketsHttpHandler { UseProxy = false }, new Uri(Address), http2: false));
    }

    private async Task<bool> HasAgentAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            return (await http.GetStringAsync(new Uri(Address + "/api/agents"), ct)).Contains("echo", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            _processes.ShouldAllBe(process => process.Id != 0, LogOf("orchestrator"));
            return false;
        }
    }

    internal string LogOf(string process) => Read(Path.Combine(_folder, process + ".log"));

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private void Start(string name, string program, IReadOnlyList<string> arguments)
    {
        var process = new ChildProcess(name, _folder, program, () => arguments);
        _processes.Add(process);
        process.Start();
    }

    private async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, Dictionary<string, string?> environment, CancellationToken ct)
    {
        var ended = await Tool.RunAsync(program, arguments, _folder, environment, TimeSpan.FromMinutes(3)).WaitAsync(ct);
        return (ended.ExitCode, ended.Output + ended.Errors);
    }
}

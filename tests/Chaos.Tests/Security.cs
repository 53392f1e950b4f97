using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Protos.V1;
using Tests.Shared;
using Transport;

namespace Chaos.Tests;

/// <summary>
/// What a system has that trusts nobody without proof: mutual TLS on every hop, Redis and the collector included, a key for
/// administrators and one for agents, a password for Redis, and telemetry of all of it.
/// </summary>
internal sealed class Security : IAsyncDisposable
{
    private readonly TestAuthority _authority;
    private readonly string _folder;
    private readonly string _password = RandomNumberGenerator.GetHexString(40, lowercase: true);
    private readonly string _adminKey = NewKey("admin1");
    private readonly string _agentKey = NewKey("agents1");
    private readonly TransportCredentials _client;

    private Security(string folder)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, "secrets")).FullName;
        _authority = new TestAuthority(_folder);
        Write("admin.api-key", _adminKey);
        Write("agents.api-key", _agentKey);
        foreach (var name in (string[])["redis", "orchestrator", "agent", "collector", "client"])
            _authority.Issue(name);
        var settings = new ConfigurationBuilder().AddCommandLine([.. Shows("client")]).Build();
        _client = new TransportCredentials(TransportSettings.Read(settings), TimeProvider.System);
    }

    /// <summary>Takes what the system reports.</summary>
    public TelemetrySink Collector { get; private set; } = null!;

    /// <summary>What must be in no log, file or message of the system.</summary>
    public IReadOnlyList<string> Secrets => [_password, _adminKey.Split('_')[^1], _agentKey.Split('_')[^1]];

    public static async Task<Security> CreateAsync(string folder)
    {
        var security = new Security(folder);
        security.Collector = await TelemetrySink.StartAsync(security.Shows("collector"));
        return security;
    }

    /// <summary>Of redis-server: TLS and nothing else, to who shows a certificate and the password.</summary>
    public IEnumerable<string> OfRedis(int port) =>
    [
        "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", File("redis.pem"), "--tls-key-file", File("redis.key"), "--tls-ca-cert-file", File("Test-Authority.pem"),
        "--tls-auth-clients", "yes", "--requirepass", _password,
    ];

    /// <summary>Of a replica of the orchestrator.</summary>
    public IEnumerable<string> OfReplica() =>
    [
        .. Shows("orchestrator"), "--Access:Mode", "keys", "--Access:AdminKeyFile", File("admin.api-key"), "--Access:AgentKeyFile", File("agents.api-key"),
        .. Reports("orchestrator"),
    ];

    /// <summary>What a replica is told where no list of processes shows it.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOfReplica => new Dictionary<string, string> { ["Store__Password"] = _password };

    /// <summary>Of an agent.</summary>
    public IEnumerable<string> OfAgent(string role) => [.. Shows("agent"), "--Agents:ApiKeyFile", File("agents.api-key"), .. Reports(role)];

    /// <summary>For callers of the orchestrator that show everything they must.</summary>
    public HttpMessageHandler Handler(Uri address, bool http2) =>
        new Keyed(_adminKey, _client.Secure(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }, address, http2));

    public GrpcChannel Channel(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = Handler(address, http2: true), DisposeHttpClient = true });

    /// <summary>Holds that an address is closed to who shows no certificate, and to who shows one and no key, or a wrong one.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "Whom it believes is not asked here: only who is let in")]
    public async Task RefusesAsync(Uri address)
    {
        var anybody = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        await RefusesAsync(address, new Keyed(_adminKey, anybody), StatusCode.Unavailable, StatusCode.Internal); // the connection ends while it is made, or right after
        await RefusesAsync(address, _client.Secure(new SocketsHttpHandler(), address, http2: true), StatusCode.Unauthenticated);
        await RefusesAsync(address, new Keyed(NewKey("admin1"), _client.Secure(new SocketsHttpHandler(), address, http2: true)), StatusCode.Unauthenticated);
    }

    /// <summary>A connection to Redis that may give commands.</summary>
    public async Task<Stream> RedisAsync(NetworkStream plain)
    {
        var stream = new SslStream(plain, leaveInnerStreamOpen: false, (_, shown, chain, _) => _client.WhyNotServer(shown, chain, "localhost") is null);
        await stream.AuthenticateAsClientAsync("localhost", [_client.Certificate!], checkCertificateRevocation: false);
        await RedisLook.SendAsync(stream, "AUTH", _password);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        await Collector.DisposeAsync();
        _authority.Dispose();
    }

    private static async Task RefusesAsync(Uri address, HttpMessageHandler handler, params StatusCode[] with)
    {
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        var refused = await Should.ThrowAsync<RpcException>(() => new OrchestratorService.OrchestratorServiceClient(channel).ListRunsAsync(new ListRunsRequest()).ResponseAsync);
        with.ShouldContain(refused.StatusCode, refused.Status.Detail);
    }

    private IEnumerable<string> Shows(string name) =>
    [
        "--Transport:Certificate", File(name + ".pem"), "--Transport:Key", File(name + ".key"), "--Transport:Authority", File("Test-Authority.pem"),
        "--Transport:ClientCertificates", "required",
    ];

    private IEnumerable<string> Reports(string service) =>
    [
        "--OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Address.ToString(), "--OTEL_SERVICE_NAME", service, "--OTEL_EXPORTER_OTLP_CERTIFICATE", File("Test-Authority.pem"),
        "--OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", File("client.pem"), "--OTEL_EXPORTER_OTLP_CLIENT_KEY", File("client.key"), "--OTEL_METRIC_EXPORT_INTERVAL", "2000",
    ];

    private string File(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text + "\n");

    private static string NewKey(string id) => $"agk_{id}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";

    private sealed class Keyed(string key, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Transport.Tests;

/// <summary>A server and a client of ours: the right one gets through, each wrong one does not and is told why.</summary>
public sealed class HopTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-hop-").FullName;
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly List<WebApplication> _servers = [];
    private readonly Lines _log = new();

    public HopTests() => (_authority, _stranger) = (new TestAuthority(_folder), new TestAuthority(_folder, "Stranger"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BothOfOneAuthority_GetsThroughWithEitherProtocol(bool http2)
    {
        var server = await StartAsync(_authority.Issue("server", below: true), "required");

        (await CallAsync(server, _authority.Issue("client", below: true), http2: http2)).ShouldBe(http2 ? "HTTP/2 CN=client" : "HTTP/1.1 CN=client");
    }

    [Fact]
    public async Task Call_ServerOfAnotherAuthority_SaysWhoseItIs()
    {
        var server = await StartAsync(_stranger.Issue("server"));

        (await FailAsync(server)).ShouldContain(
            $"the server is not believed: its certificate (CN=server, issued by CN=Stranger) does not go back to an authority of Transport:Authority ({_authority.File})");
    }

    [Fact]
    public async Task Call_ServerOfAnotherName_SaysForWhomItIs()
    {
        var server = await StartAsync(_authority.Issue("server", ["db.internal", "10.1.2.3"]));

        (await FailAsync(server)).ShouldContain("its certificate is for db.internal, 10.1.2.3, not for localhost");
        (await CallAsync(server, "--Transport:ServerNames:0=db.internal")).ShouldBe("HTTP/2 nobody");
    }

    [Fact]
    public async Task Call_ServerWithACertificateForClients_IsRefusedWithTheReason()
    {
        var server = await StartAsync(_authority.Issue("server", use: TestAuthority.ForClients));

        (await FailAsync(server)).ShouldMatch("not for this use|no TLS connection");
    }

    [Fact]
    public async Task Call_ServerExpiresMeanwhile_IsRefusedWithItsTime()
    {
        var files = _authority.Issue("server", from: -3, until: -2);
        var server = await StartAsync(files, clock: new Past());

        (await FailAsync(server)).ShouldContain("is not valid now: CN=server is from 20");
    }

    [Fact]
    public async Task Call_WithoutACertificate_IsRefusedAndLogged()
    {
        var server = await StartAsync(_authority.Issue("server"), "required");

        await FailAsync(server);

        await LoggedAsync("Refused a connection from 127.0.0.1:", "it shows no certificate");
    }

    [Fact]
    public async Task Call_ClientOfAnotherAuthority_IsRefusedAndLogged()
    {
        var server = await StartAsync(_authority.Issue("server"), "optional");

        await FailAsync(server, _stranger.Issue("client"));

        await LoggedAsync("its certificate (CN=client, issued by CN=Stranger) does not go back to an authority of Transport:Authority");
    }

    [Fact]
    public async Task Call_OptionalAndNoCertificate_GetsThrough()
    {
        var server = await StartAsync(_authority.Issue("server"), "optional");

        (await CallAsync(server)).ShouldBe("HTTP/2 nobody");
    }

    [Fact]
    public async Task Call_ClientOfAnotherName_IsRefusedAndLogged()
    {
        var server = await StartAsync(_authority.Issue("server"), "required", "--Transport:ClientNames:0=spiffe://agents/worker");

        await FailAsync(server, _authority.Issue("client", ["client.internal"]));

        await LoggedAsync("its certificate is for client.internal, and Transport:ClientNames has spiffe://agents/worker");
        (await CallAsync(server, _authority.Issue("worker", ["spiffe://agents/worker"]))).ShouldBe("HTTP/2 CN=worker");
    }

    [Fact]
    public async Task Call_EndpointWithAModeOfItsOwn_GoesByThat()
    {
        var server = await StartAsync(_authority.Issue("server"), "required", "--Kestrel:Endpoints:http:ClientCertificateMode=NoCertificate");

        (await CallAsync(server)).ShouldBe("HTTP/2 nobody");
    }

    [Fact]
    public async Task Start_HttpsWithoutACertificate_NamesTheSetting() =>
        (await Should.ThrowAsync<TransportException>(() => StartAsync(("", "")))).Message
            .ShouldBe("Kestrel:Endpoints:http:Url is 'https://127.0.0.1:0' and Transport:Certificate names no file; it must name the certificate to show there.");

    [Fact]
    public async Task Reload_NewCertificate_IsSeenByNewConnectionsWhileAnOldStreamLives()
    {
        var files = _authority.Issue("server");
        var server = await StartAsync(files, null, "--Transport:ReloadSeconds=1");
        using var old = Client([]);
        await using var stream = await old.GetStreamAsync(new Uri(server, "/stream"));
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("0");

        var (certificate, key) = _authority.Issue("renewed");
        File.Move(key, files.Key, overwrite: true);
        File.Move(certificate, files.Certificate, overwrite: true);

        await LoggedAsync("Certificates changed; new connections use them", "CN=renewed");
        (await CallAsync(server, "--Transport:ServerNames:0=renewed")).ShouldBe("HTTP/2 nobody");
        await old.GetStringAsync(new Uri(server, "/go"));
        (await reader.ReadLineAsync()).ShouldBe("1", "the stream of before goes on");
        (await old.GetStringAsync(server)).ShouldBe("HTTP/2 nobody");
    }

    private async Task<Uri> StartAsync((string Certificate, string Key) files, string? mode = null, params string[] more) => await StartAsync(files, mode, null, more);

    private Task<Uri> StartAsync((string Certificate, string Key) files, TimeProvider clock) => StartAsync(files, null, clock, []);

    private async Task<Uri> StartAsync((string Certificate, string Key) files, string? mode, TimeProvider? clock, string[] more)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--Kestrel:Endpoints:http:Url=https://127.0.0.1:0", $"--Transport:Certificate={files.Certificate}", $"--Transport:Key={files.Key}",
            $"--Transport:Authority={_authority.File}", .. mode is null ? [] : (string[])[$"--Transport:ClientCertificates={mode}"], .. more,
        ]);
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.AddTransport(clock);

        var app = builder.Build();
        _servers.Add(app);
        app.MapGet("/", (HttpContext context) => $"{context.Request.Protocol} {context.Connection.ClientCertificate?.Subject ?? "nobody"}");
        var asked = new SemaphoreSlim(0);
        app.MapGet("/stream", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("0\n");
            await context.Response.Body.FlushAsync();
            await asked.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("1\n");
        });
        app.MapGet("/go", () => asked.Release());
        await app.StartAsync();
        return new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    private Task<string> CallAsync(Uri server, params string[] more) => GetAsync(server, http2: true, more);

    private Task<string> CallAsync(Uri server, (string Certificate, string Key) files, bool http2 = true) =>
        GetAsync(server, http2, $"--Transport:Certificate={files.Certificate}", $"--Transport:Key={files.Key}");

    private async Task<string> GetAsync(Uri server, bool http2, params string[] settings)
    {
        using var client = Client(settings, http2);
        return await client.GetStringAsync(server);
    }

    private async Task<string> FailAsync(Uri server, (string Certificate, string Key)? files = null) =>
        (await Should.ThrowAsync<HttpRequestException>(() => files is { } shown ? CallAsync(server, shown) : CallAsync(server))).ToString();

    private HttpClient Client(string[] settings, bool http2 = true)
    {
        var all = new[] { $"--Transport:Authority={_authority.File}" }.Concat(settings).ToArray();
        var credentials = new TransportCredentials(TransportSettings.Read(new ConfigurationBuilder().AddCommandLine(all).Build()), TimeProvider.System);
        return new HttpClient(credentials.Secure(new SocketsHttpHandler { UseProxy = false }, new Uri("https://localhost"), http2))
        {
            DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private async Task LoggedAsync(params string[] parts)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!_log.All.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))))
        {
            patience.IsCancellationRequested.ShouldBeFalse(string.Join('\n', _log.All));
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private sealed class Past : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(-2.5);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> All => [.. _lines];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}

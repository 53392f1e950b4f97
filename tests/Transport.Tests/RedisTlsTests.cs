using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;
using Orchestrator.Storage.Redis;
using Tests.Shared;

namespace Transport.Tests;

/// <summary>The store on a real redis-server that speaks TLS only, and wants a certificate and a password.</summary>
public sealed class RedisTlsTests : IAsyncLifetime
{
    private const string Password = "redis,password=with-commas";
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-redis-").FullName;
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly int _port = FreePorts.Next();
    private readonly List<IRunStore> _stores = [];
    private ChildProcess? _server;

    public RedisTlsTests() => (_authority, _stranger) = (new TestAuthority(_folder), new TestAuthority(_folder, "Stranger"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Open_CertificatesOfOneAuthority_StoresAndWakesAnotherStore()
    {
        Start(_authority.Issue("redis"), _authority.File);
        var credentials = Credentials(_authority.Issue("client"), _authority.File);
        var (one, other) = (await OpenAsync(credentials), await OpenAsync(credentials));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        (await one.AcquireAsync(0, "owner", TimeSpan.FromSeconds(30), patience.Token)).ShouldNotBeNull();
        using var woken = new SemaphoreSlim(0);
        await using (other.WatchMembers("replicas", () => woken.Release()))
            await UntilWokenAsync(one, woken, patience.Token);

        (await other.ReadMembersAsync("replicas", patience.Token)).ShouldNotBeEmpty();
        (await one.CheckAsync(patience.Token)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Open_ServerOfAnotherAuthority_IsRefusedWithTheReason()
    {
        Start(_stranger.Issue("redis"), _authority.File);

        (await FailAsync(Credentials(_authority.Issue("client"), _authority.File))).ShouldContain(
            $"the server is not believed: its certificate (CN=redis, issued by CN=Stranger) does not go back to an authority of Transport:Authority ({_authority.File})");
    }

    [Fact]
    public async Task Open_ServerOfAnotherName_IsRefusedWithTheReason()
    {
        Start(_authority.Issue("redis", ["redis.internal"]), _authority.File);

        (await FailAsync(Credentials(_authority.Issue("client"), _authority.File))).ShouldContain("its certificate is for redis.internal, not for localhost");
    }

    [Fact]
    public async Task Open_WithoutACertificate_IsRefusedByTheServer()
    {
        Start(_authority.Issue("redis"), _authority.File);

        (await FailAsync(Credentials(null, _authority.File))).ShouldContain("Redis did not answer");
        (await File.ReadAllTextAsync(Path.Combine(_folder, "redis.log"))).ShouldContain("peer did not return a certificate");
    }

    [Fact]
    public async Task Open_WrongPassword_IsSaidWithoutIt()
    {
        Start(_authority.Issue("redis"), _authority.File);

        var message = await FailAsync(Credentials(_authority.Issue("client"), _authority.File), "wrong,secret");

        message.ShouldNotContain("wrong,secret");
        message.ShouldMatch("WRONGPASS|NOAUTH|AuthenticationFailure|did not answer");
    }

    [Fact]
    public async Task Reconnect_ServerAndClientHaveNewCertificates_GoesOnWithThem()
    {
        var files = _authority.Issue("client");
        var trusted = Path.Combine(_folder, "trusted.pem");
        File.Copy(_authority.File, trusted);
        Start(_authority.Issue("redis"), trusted);
        var credentials = Credentials(files, trusted);
        var store = await OpenAsync(credentials);

        // Another authority in the place of the one before: nothing of before would do.
        await _server!.DisposeAsync();
        File.Copy(_stranger.File, trusted, overwrite: true);
        _stranger.Issue("client");
        credentials.Refresh().ShouldBe(new TransportChange(null));
        Start(_stranger.Issue("redis"), trusted);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await store.CheckAsync(patience.Token)).Ok)
            await Task.Delay(50, patience.Token);
        (await store.AcquireAsync(1, "owner", TimeSpan.FromSeconds(30), patience.Token)).ShouldNotBeNull();
    }

    // A publish that comes before the subscription wakes nobody.
    private static async Task UntilWokenAsync(RedisRunStore from, SemaphoreSlim woken, CancellationToken ct)
    {
        do
            await from.PutMemberAsync("replicas", new Member(Guid.NewGuid().ToString("N"), "x"u8.ToArray()), TimeSpan.FromSeconds(60), ct);
        while (!await woken.WaitAsync(TimeSpan.FromMilliseconds(200), ct));
    }

    private void Start((string Certificate, string Key) files, string authority)
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        _server = new ChildProcess("redis", _folder, "redis-server", () =>
        [
            "--port", "0", "--tls-port", port, "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction",
            "--tls-cert-file", files.Certificate, "--tls-key-file", files.Key, "--tls-ca-cert-file", authority, "--tls-auth-clients", "yes", "--requirepass", Password,
        ]);
        _server.Start();
    }

    private static TransportCredentials Credentials((string Certificate, string Key)? files, string authority) =>
        new(new TransportSettings { Certificate = files?.Certificate, Key = files?.Key, Authority = authority }, TimeProvider.System);

    private RedisRunStore Create(TransportCredentials credentials, string password, double seconds)
    {
        var options = new RedisStoreOptions
        {
            ConnectionString = string.Create(CultureInfo.InvariantCulture, $"localhost:{_port},ssl=true,connectTimeout=2000,abortConnect=false"),
            Password = password,
            Credentials = credentials,
            Deadline = TimeSpan.FromSeconds(seconds),
        };
        var store = new RedisRunStore(options, TimeProvider.System, NullLogger<RedisRunStore>.Instance);
        _stores.Add(store);
        return store;
    }

    private async Task<RedisRunStore> OpenAsync(TransportCredentials credentials)
    {
        await ListensAsync();
        var store = Create(credentials, Password, seconds: 5);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await store.OpenAsync(patience.Token);
                return store;
            }
            catch (StoreUnavailableException) when (!patience.IsCancellationRequested)
            {
                // Slow, on a machine with other work.
            }
        }
    }

    // The server is up: it is the certificates.
    private async Task<string> FailAsync(TransportCredentials credentials, string password = Password)
    {
        await ListensAsync();
        return (await Should.ThrowAsync<Exception>(() => Create(credentials, password, seconds: 1.5).OpenAsync(default))).ToString();
    }

    private async Task ListensAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var probe = new System.Net.Sockets.TcpClient();
                await probe.ConnectAsync("127.0.0.1", _port, patience.Token);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}

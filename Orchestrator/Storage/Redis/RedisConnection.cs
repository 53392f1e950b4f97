using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>The connection to Redis. The client mends broken ones by itself; one that is silent can be replaced.</summary>
internal sealed class RedisConnection(RedisStoreOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly RedisTls? _tls = options.Credentials is { } credentials ? new RedisTls(credentials) : null;
    private volatile ConnectionMultiplexer? _current;

    /// <summary>Why the server's certificate is refused; null: it is not.</summary>
    public string? Refusal => _tls?.Refusal;

    /// <summary>Called when a broken connection works again.</summary>
    public Action? Restored { get; set; }

    /// <summary>Called when there is a new connection, without the subscriptions of the old one.</summary>
    public Action? Replaced { get; set; }

    public IDatabase Database => Current.GetDatabase();

    public ISubscriber Subscriber => Current.GetSubscriber();

    private ConnectionMultiplexer Current =>
        _current ?? throw new InvalidOperationException("The store is not open: call OpenAsync first.");

    public async Task ConnectAsync(CancellationToken ct)
    {
        try
        {
            _current ??= await CreateAsync(ct);
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException)
        {
            throw new StoreUnavailableException($"Redis cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Puts a new connection in the place of the current one. Keeps the current one when that fails.</summary>
    public async Task TryReplaceAsync(CancellationToken ct)
    {
        ConnectionMultiplexer fresh;
        try
        {
            fresh = await CreateAsync(ct);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            return;
        }

        var old = _current;
        _current = fresh;
        Replaced?.Invoke();
        await CloseAsync(old);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(_current);

    private async Task<ConnectionMultiplexer> CreateAsync(CancellationToken ct)
    {
        ConfigurationOptions configuration;
        try
        {
            configuration = ConfigurationOptions.Parse(options.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // What the client says of it may hold parts of a password.
            throw new StoreConfigurationException(
                $"ConnectionStrings:redis is no connection string of StackExchange.Redis (host:port,option=value,…; {e.GetType().Name}); its value is not shown. A password with a comma belongs into Store:Password or Store:PasswordFile.");
        }

        SetSecrets(configuration);

        configuration.AbortOnConnectFail = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(250);
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration, null).WaitAsync(options.Deadline * 2, clock, ct);
        connection.ConnectionRestored += (_, _) => Restored?.Invoke();
        return connection;
    }

    private void SetSecrets(ConfigurationOptions configuration)
    {
        if (options.Password is { Length: > 0 } password)
        {
            if (!string.IsNullOrEmpty(configuration.Password))
            {
                throw new StoreConfigurationException("Store:Password is set, and ConnectionStrings:redis has a password too; there must be one.");
            }

            configuration.Password = password;
        }

        if (configuration.Ssl)
        {
            _tls?.Apply(configuration);
        }
        else if (options.Credentials is { Settings.AuthoritySetting: RedisAuthority })
        {
            throw new StoreConfigurationException($"{RedisAuthority} is set, and ConnectionStrings:redis does not say ssl=true; it must, or the setting goes.");
        }
    }

    private const string RedisAuthority = "Transport:Redis:Authority";

    private async Task CloseAsync(ConnectionMultiplexer? connection)
    {
        if (connection is null)
        {
            return;
        }

        try
        {
            await connection.CloseAsync(allowCommandsToComplete: false).WaitAsync(options.Deadline, clock);
        }
        catch (Exception e) when (e is TimeoutException or RedisException)
        {
            // The server is silent; there is nobody to say goodbye to.
        }

        connection.Dispose();
    }
}

using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>The connection to Redis. The client mends broken ones by itself; one that is silent can be replaced.</summary>
internal sealed class RedisConnection(RedisStoreOptions options, TimeProvider clock) : IAsyncDisposable
{
    private volatile ConnectionMultiplexer? _current;

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
            throw new StoreConfigurationException($"ConnectionStrings:redis is no connection string of StackExchange.Redis: {e.Message}", e);
        }

        configuration.AbortOnConnectFail = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(250);
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration, null).WaitAsync(options.Deadline * 2, clock, ct);
        connection.ConnectionRestored += (_, _) => Restored?.Invoke();
        return connection;
    }

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

using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>
/// Every call to Redis goes through here: it has a deadline, is repeated while that lasts, and ends in an answer or in
/// <see cref="StoreUnavailableException"/>.
/// </summary>
/// <remarks>
/// The client itself never gives up on a server that is connected and silent, and a call that we gave up on is still
/// executed when the server wakes up. So calls must be idempotent, and while the server is silent one probe waits for
/// it instead of a growing pile of repetitions.
/// </remarks>
internal sealed class RedisLink(RedisStoreOptions options, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private ConnectionMultiplexer? _connection;
    private Task? _probe;

    /// <summary>Called when a broken connection works again.</summary>
    public Action? Restored { get; set; }

    /// <summary>Why calls wait; null while Redis answers.</summary>
    public string? Trouble { get; private set; }

    private ConnectionMultiplexer Connection =>
        _connection ?? throw new InvalidOperationException("The store is not open: call OpenAsync first.");

    private IDatabase Database => Connection.GetDatabase();

    public ISubscriber Subscriber => Connection.GetSubscriber();

    public async Task ConnectAsync(CancellationToken ct)
    {
        if (_connection is not null)
        {
            return;
        }

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
        try
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(configuration, null).WaitAsync(options.Deadline * 2, clock, ct);
            connection.ConnectionRestored += (_, _) => Restored?.Invoke();
            _connection = connection;
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException)
        {
            throw new StoreUnavailableException($"Redis cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Runs a script, which must be idempotent.</summary>
    public Task<RedisResult> EvalAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, CancellationToken ct) =>
        CallAsync(new ScriptCall(script, keys, values), static (db, call) => call.Send(db), script.Name, ct);

    /// <summary>Reads something.</summary>
    public Task<T> ReadAsync<T>(Func<IDatabase, Task<T>> read, string name, CancellationToken ct) =>
        CallAsync(read, static (db, read) => read(db), name, ct);

    public async Task<StoreHealth> CheckAsync(CancellationToken ct)
    {
        try
        {
            var latency = await ReadAsync(static db => db.PingAsync(), "ping", ct);
            return new StoreHealth(true, $"Redis answers in {latency.TotalMilliseconds:0.0} ms.");
        }
        catch (Exception e) when (e is StoreUnavailableException or StoreConfigurationException or InvalidOperationException)
        {
            return new StoreHealth(false, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        if (_connection is { } connection)
        {
            try
            {
                await connection.CloseAsync(allowCommandsToComplete: false).WaitAsync(options.Deadline, clock);
            }
            catch (TimeoutException)
            {
                // The server is silent; there is nobody to say goodbye to.
            }

            connection.Dispose();
        }

        _disposed.Dispose();
    }

    private async Task<T> CallAsync<TCall, T>(TCall call, Func<IDatabase, TCall, Task<T>> send, string name, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            Exception cause;
            try
            {
                if (Volatile.Read(ref _probe) is { } probe)
                {
                    await probe.WaitAsync(Left(started), clock, ct);
                }

                var pending = send(Database, call);
                try
                {
                    var answer = await pending.WaitAsync(Left(started), clock, ct);

                    // Older clients hand out answers one after the other, on one thread: callers must not hold it up.
                    await Task.Yield();
                    return answer;
                }
                catch (Exception) when (!pending.IsCompleted)
                {
                    Forget(pending);
                    throw;
                }
            }
            catch (RedisServerException e) when (RedisErrors.IsUnknownScript(e) && call is ScriptCall { WithText: false } script)
            {
                // First use on this server, SCRIPT FLUSH, or a restart: the text teaches it again.
                script.WithText = true;
                continue;
            }
            catch (RedisServerException e) when (RedisErrors.IsFinal(e))
            {
                throw RedisErrors.Final(e, name);
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException)
            {
                cause = e;
            }
            catch (TimeoutException e)
            {
                Silent(name);
                throw Unavailable(name, e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                // The connection was disposed of, or torn down under the call.
                cause = e;
            }

            if (_disposed.IsCancellationRequested || Left(started) <= Pause)
            {
                throw Unavailable(name, cause);
            }

            await Task.Delay(Pause, clock, ct);
        }
    }

    private TimeSpan Left(long started)
    {
        var left = options.Deadline - clock.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private StoreUnavailableException Unavailable(string name, Exception cause) =>
        new($"Redis did not answer '{name}' within {options.Deadline.TotalSeconds:0.###} s ({cause.GetType().Name}: {cause.Message}). The outcome of a change is open; it can be repeated.", cause);

    private void Silent(string name)
    {
        lock (_gate)
        {
            if (_probe is null && !_disposed.IsCancellationRequested)
            {
                Trouble = $"no answer to '{name}' within {options.Deadline.TotalSeconds:0.###} s";
                StoreLog.RedisSilent(logger, Trouble);
                _probe = ProbeAsync();
            }
        }
    }

    private async Task ProbeAsync()
    {
        await Task.Yield();
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await Database.PingAsync().WaitAsync(_disposed.Token);
                break;
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
            {
                // Connection lost in the meantime, or the server is loading: go on asking.
                await Task.Delay(Pause, clock);
            }
        }

        lock (_gate)
        {
            _probe = null;
            Trouble = null;
        }

        StoreLog.RedisBack(logger, (long)clock.GetElapsedTime(started).TotalMilliseconds);
    }

    private static void Forget(Task task) =>
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private sealed class ScriptCall(RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        public bool WithText { get; set; }

        public Task<RedisResult> Send(IDatabase database) =>
            WithText ? SendText(database) : database.ScriptEvaluateAsync(script.Hash, keys, values);

        private Task<RedisResult> SendText(IDatabase database)
        {
            var arguments = new object[2 + keys.Length + values.Length];
            arguments[0] = script.Text;
            arguments[1] = keys.Length;
            for (var i = 0; i < keys.Length; i++)
            {
                arguments[2 + i] = keys[i];
            }

            for (var i = 0; i < values.Length; i++)
            {
                arguments[2 + keys.Length + i] = values[i];
            }

            return database.ExecuteAsync("EVAL", arguments);
        }
    }
}

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
    private readonly CancellationTokenSource _disposing = new();
    private bool _isDisposed;
    private Task? _probe;

    public RedisConnection Connection { get; } = new(options, clock);

    /// <summary>Why calls wait; null while Redis answers.</summary>
    public string? Trouble { get; private set; }

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
        Task? probe;
        lock (_gate)
        {
            _isDisposed = true;
            probe = _probe;
        }

        await _disposing.CancelAsync();
        await (probe ?? Task.CompletedTask);
        await Connection.DisposeAsync();
        _disposing.Dispose();
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

                var pending = send(Connection.Database, call);
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
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && !ct.IsCancellationRequested)
            {
                // The connection was replaced or disposed of under the call.
                cause = e;
            }

            if (_isDisposed || Left(started) <= Pause)
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
        new($"Redis did not answer '{name}' within {options.Deadline.TotalSeconds:0.###} s ({cause.GetType().Name}: {cause.Message}){Refusal}. The outcome of a change is open; it can be repeated.", cause);

    private string Refusal => Connection.Refusal is { } refusal ? $"; the server is not believed: {refusal}" : "";

    private void Silent(string name)
    {
        lock (_gate)
        {
            if (_probe is null && !_isDisposed)
            {
                Trouble = $"no answer to '{name}' within {options.Deadline.TotalSeconds:0.###} s";
                StoreLog.RedisSilent(logger, Trouble);
                _probe = ProbeAsync(_disposing.Token);
            }
        }
    }

    // Ends when Redis answers. A connection that stays silent is replaced: the other end may be gone without a word.
    private async Task ProbeAsync(CancellationToken ct)
    {
        await Task.Yield();
        var started = clock.GetTimestamp();
        var connected = started;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var left = options.Silence - clock.GetElapsedTime(connected);
                var ping = Connection.Database.PingAsync();
                Forget(ping);
                await ping.WaitAsync(left > Pause ? left : Pause, clock, ct);
                break;
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                // Silent still, connection lost in the meantime, or the server is loading: go on asking.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (clock.GetElapsedTime(connected) >= options.Silence)
            {
                await Connection.TryReplaceAsync(ct);
                connected = clock.GetTimestamp();
            }
            else
            {
                await Task.Delay(Pause, clock, CancellationToken.None);
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
}

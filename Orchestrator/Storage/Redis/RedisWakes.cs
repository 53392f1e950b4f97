using System.Threading.Channels;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>
/// Brings wake-ups from other processes: subscribes to the runs (and other things, see <see cref="Watched"/>) that are watched here. Those of this process's own
/// appends do not wait for Redis.
/// </summary>
internal sealed class RedisWakes : IAsyncDisposable
{
    // In place of a run: all subscriptions are gone.
    private const string Everything = "";
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);
    private readonly Channel<string> _changed = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _clock;
    private Task _pump = Task.CompletedTask;

    public RedisWakes(RedisLink link, RedisKeys keys, TimeSpan deadline, TimeProvider clock)
    {
        (_link, _keys, _deadline, _clock) = (link, keys, deadline, clock);
        Hub = new WatchHub(runId => Want(runId, true), runId => Want(runId, false));
    }

    public WatchHub Hub { get; }

    /// <summary>Begins, once there is a connection.</summary>
    public void Start()
    {
        _link.Connection.Restored = OnRestored;
        _link.Connection.Replaced = () => _changed.Writer.TryWrite(Everything);
        _pump = PumpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _link.Connection.Restored = null;
        _link.Connection.Replaced = null;
        await _stop.CancelAsync();
        await _pump;
        _stop.Dispose();
    }

    private void Want(string runId, bool wanted)
    {
        lock (_gate)
        {
            _ = wanted ? _wanted.Add(runId) : _wanted.Remove(runId);
        }

        _changed.Writer.TryWrite(runId);
    }

    private async Task PumpAsync()
    {
        HashSet<string> subscribed = new(StringComparer.Ordinal);
        try
        {
            await foreach (var runId in _changed.Reader.ReadAllAsync(_stop.Token))
            {
                if (runId == Everything)
                {
                    subscribed.Clear();
                    WantAllAgain();
                    continue;
                }

                bool want;
                lock (_gate)
                {
                    want = _wanted.Contains(runId);
                }

                if (want != subscribed.Contains(runId) && await ChangeAsync(runId, want))
                {
                    _ = want ? subscribed.Add(runId) : subscribed.Remove(runId);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being disposed of.
        }
    }

    private void WantAllAgain()
    {
        lock (_gate)
        {
            foreach (var runId in _wanted)
            {
                _changed.Writer.TryWrite(runId);
            }
        }
    }

    private async Task<bool> ChangeAsync(string runId, bool subscribe)
    {
        var channel = new RedisChannel(_keys.Channel(runId), RedisChannel.PatternMode.Literal);
        try
        {
            var change = subscribe
                ? _link.Connection.Subscriber.SubscribeAsync(channel, (_, _) => Hub.Wake(runId))
                : _link.Connection.Subscriber.UnsubscribeAsync(channel);
            await change.WaitAsync(_deadline, _clock, _stop.Token);

            // What was appended before the subscription was in place.
            Hub.Wake(runId);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException
            || (e is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            _ = AgainLaterAsync(runId);
            return false;
        }
    }

    private async Task AgainLaterAsync(string runId)
    {
        await Task.Delay(RetryPause, _clock);
        _changed.Writer.TryWrite(runId);
    }

    private void OnRestored() => _ = WakeAllAsync();

    private async Task WakeAllAsync()
    {
        Hub.WakeAll();

        // The client renews its subscriptions in the background: once more for what came before they were in place.
        await Task.Delay(RetryPause * 2, _clock);
        Hub.WakeAll();
    }
}

using System.Collections.Concurrent;

namespace Orchestrator.Storage;

/// <summary>Who watches which run (or other thing, see <see cref="Watched"/>) in this process. Calls of one watch never overlap, and signals that come together become one.</summary>
internal sealed class WatchHub
{
    private readonly ConcurrentDictionary<string, Watcher[]> _watchers = new(StringComparer.Ordinal);
    private readonly Action<string>? _first;
    private readonly Action<string>? _last;
    private readonly Lock _gate = new();

    /// <param name="first">Told when a run gets its first watcher; under a lock, so it must be quick.</param>
    /// <param name="last">Told when a run has lost its last watcher; under the same lock.</param>
    public WatchHub(Action<string>? first = null, Action<string>? last = null) => (_first, _last) = (first, last);

    public IAsyncDisposable Add(string runId, Action wake)
    {
        ArgumentNullException.ThrowIfNull(wake);
        var watcher = new Watcher(this, runId, wake);
        lock (_gate)
        {
            var others = _watchers.GetValueOrDefault(runId, []);
            _watchers[runId] = [.. others, watcher];
            if (others.Length == 0)
            {
                _first?.Invoke(runId);
            }
        }

        watcher.Signal();
        return watcher;
    }

    public void Wake(string runId)
    {
        if (_watchers.TryGetValue(runId, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                watcher.Signal();
            }
        }
    }

    public void WakeAll()
    {
        foreach (var watchers in _watchers.Values)
        {
            foreach (var watcher in watchers)
            {
                watcher.Signal();
            }
        }
    }

    private void Remove(Watcher watcher)
    {
        lock (_gate)
        {
            if (!_watchers.TryGetValue(watcher.RunId, out var watchers) || Array.IndexOf(watchers, watcher) < 0)
            {
                return;
            }

            if (watchers.Length > 1)
            {
                _watchers[watcher.RunId] = Array.FindAll(watchers, w => w != watcher);
                return;
            }

            _watchers.TryRemove(watcher.RunId, out _);
            _last?.Invoke(watcher.RunId);
        }
    }

    private sealed class Watcher(WatchHub hub, string runId, Action wake) : IAsyncDisposable, IThreadPoolWorkItem
    {
        private const int Idle = 0, Queued = 1, Running = 2, RunningAndSignalled = 3, Ended = 4;
        private int _state;

        public string RunId => runId;

        public void Signal()
        {
            while (true)
            {
                var state = Volatile.Read(ref _state);
                var next = state switch { Idle => Queued, Running => RunningAndSignalled, _ => state };
                if (next == state)
                {
                    return;
                }

                if (Interlocked.CompareExchange(ref _state, next, state) == state)
                {
                    if (next == Queued)
                    {
                        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    }

                    return;
                }
            }
        }

        public void Execute()
        {
            do
            {
                // From Queued or RunningAndSignalled; only ending can come between.
                if (Interlocked.CompareExchange(ref _state, Running, Queued) == Ended || Volatile.Read(ref _state) == Ended)
                {
                    return;
                }

                Interlocked.CompareExchange(ref _state, Running, RunningAndSignalled);
                wake();
            }
            while (Interlocked.CompareExchange(ref _state, Idle, Running) == RunningAndSignalled);
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Exchange(ref _state, Ended);
            hub.Remove(this);
            return ValueTask.CompletedTask;
        }
    }
}

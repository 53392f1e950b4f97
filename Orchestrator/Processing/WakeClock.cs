namespace Orchestrator.Processing;

/// <summary>When which run wants to be woken: one timer for all, and next to no memory for each.</summary>
internal sealed class WakeClock : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _times = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _queue = new();
    private readonly TimeProvider _time;
    private readonly Action<string> _due;
    private readonly ITimer _timer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="due">Called for each log whose time has come; it is forgotten then.</param>
    public WakeClock(TimeProvider time, Action<string> due)
    {
        _time = time;
        _due = due;
        _timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many logs wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _times.Count;
            }
        }
    }

    /// <summary>When a log is woken; null: it is not.</summary>
    public DateTimeOffset? Of(string logId)
    {
        lock (_lock)
        {
            return _times.TryGetValue(logId, out var time) ? time : null;
        }
    }

    /// <summary>Sets, changes or (null) forgets a log's time.</summary>
    public void Set(string logId, DateTimeOffset? at)
    {
        lock (_lock)
        {
            if (at is not { } time)
            {
                _times.Remove(logId);
                return;
            }

            if (_times.TryGetValue(logId, out var old) && old == time)
            {
                return;
            }

            _times[logId] = time;
            _queue.Enqueue(logId, time);
            Compact();
            Arm();
        }
    }

    /// <summary>Forgets those that are meant.</summary>
    public void Forget(Func<string, bool> isMeant)
    {
        lock (_lock)
        {
            foreach (var logId in _times.Keys.Where(isMeant).ToList())
            {
                _times.Remove(logId);
            }

            Compact();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        var due = new List<string>();
        lock (_lock)
        {
            _armedFor = DateTimeOffset.MaxValue;
            var now = _time.GetUtcNow();
            while (_queue.TryPeek(out var logId, out var at) && (at <= now || !IsCurrent(logId, at)))
            {
                _queue.Dequeue();
                if (IsCurrent(logId, at))
                {
                    _times.Remove(logId);
                    due.Add(logId);
                }
            }

            Arm();
        }

        foreach (var logId in due)
        {
            _due(logId);
        }
    }

    private bool IsCurrent(string logId, DateTimeOffset at) => _times.TryGetValue(logId, out var time) && time == at;

    // Entries of times that were changed stay in the queue until they come up, or until they are the larger part of it.
    private void Compact()
    {
        if (_queue.Count > 64 && _queue.Count > 2 * _times.Count)
        {
            _queue.Clear();
            _queue.EnqueueRange(_times.Select(pair => (pair.Key, pair.Value)));
        }
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var next) || next >= _armedFor)
        {
            return;
        }

        _armedFor = next;
        var left = next - _time.GetUtcNow();
        // A timer may ring a moment early by another clock: then it is armed once more.
        _timer.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left + TimeSpan.FromMilliseconds(1) : Longest, Timeout.InfiniteTimeSpan);
    }
}

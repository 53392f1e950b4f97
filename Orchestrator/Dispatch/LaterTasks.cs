namespace Orchestrator.Dispatch;

/// <summary>Tasks whose time has not come: retries wait. One timer for all. Used under the dispatcher's lock.</summary>
internal sealed class LaterTasks : IDisposable
{
    private readonly PriorityQueue<WaitingTask, long> _tasks = new();
    private readonly ITimer _timer;
    private long _timerAt = long.MaxValue;

    /// <param name="onDue">Called when the time of some may have come, on a pool thread.</param>
    public LaterTasks(TimeProvider time, Action onDue) =>
        _timer = time.CreateTimer(_ => onDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Adds a task; moments in milliseconds since 1970.</summary>
    public void Add(WaitingTask task, long due, long now)
    {
        _tasks.Enqueue(task, due);
        Set(due, now);
    }

    /// <summary>The next whose time has come; null: none. Tasks that are out are dropped on the way.</summary>
    public WaitingTask? Take(long now)
    {
        while (_tasks.TryPeek(out var task, out var due))
        {
            if (due > now && !task.IsOut)
            {
                _timerAt = long.MaxValue;
                Set(due, now);
                return null;
            }

            _tasks.Dequeue();
            if (!task.IsOut)
            {
                return task;
            }
        }

        _timerAt = long.MaxValue;
        return null;
    }

    public void Dispose() => _timer.Dispose();

    private void Set(long due, long now)
    {
        if (due < _timerAt)
        {
            _timerAt = due;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, due - now)), Timeout.InfiniteTimeSpan);
        }
    }
}

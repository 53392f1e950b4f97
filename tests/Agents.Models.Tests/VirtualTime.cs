namespace Agents.Models.Tests;

/// <summary>A clock on which waiting takes no time: a timer up to a limit fires at once, and the clock has moved on by as much.</summary>
internal sealed class VirtualTime(TimeSpan longestWait) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private TimeSpan _passed;

    /// <summary>What was waited for.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
                return [.. _waits];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero) + Passed;

    public override long GetTimestamp() => Passed.Ticks;

    private TimeSpan Passed
    {
        get
        {
            lock (_gate)
                return _passed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Longer ones are limits, which are not reached.
        if (dueTime > longestWait)
            return new Timer();
        lock (_gate)
        {
            _waits.Add(dueTime);
            _passed += dueTime;
        }

        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // Nothing runs.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

namespace Agents.Testing;

/// <summary>A clock that a test moves; timers go off as it passes them, in the order of their times.</summary>
/// <param name="start">What it shows at first.</param>
public sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<VirtualTimer> _timers = [];
    private DateTimeOffset _now = start;

    /// <summary>Begins at midnight of 1 January 2026, UTC.</summary>
    public VirtualClock()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Timers that are set.</summary>
    public int Timers
    {
        get
        {
            lock (_lock)
                return _timers.Count(timer => timer.Due is not null);
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves it on.</summary>
    /// <param name="moment">What it shows then; an earlier one changes nothing.</param>
    /// <remarks>A timer with a period goes off once however many periods are passed, as after a machine has slept.</remarks>
    public void AdvanceTo(DateTimeOffset moment)
    {
        while (true)
        {
            VirtualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= moment).MinBy(timer => timer.Due);
                var at = next is null ? moment : next.Due!.Value;
                if (at > _now)
                    _now = at;
                if (next is not null)
                    next.Due = next.Period is { } period ? moment + period : null;
            }

            if (next is null)
                return;
            next.Fire();
        }
    }

    /// <summary>Moves it on.</summary>
    /// <param name="time">By this much.</param>
    public void Advance(TimeSpan time) => AdvanceTo(GetUtcNow() + time);

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isDue = dueTime <= TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan;
            lock (clock._lock)
            {
                Period = period <= TimeSpan.Zero ? null : period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : isDue ? (Period is null ? null : clock._now + Period) : clock._now + dueTime;
            }

            // What is due already goes off at once, elsewhere, as a real timer does.
            if (isDue)
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

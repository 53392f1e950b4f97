namespace Orchestrator.Dispatch;

/// <summary>
/// One timer for the deadlines of all attempts: a wheel of slots, each with the attempts whose time may be up when the
/// hand comes by. Adding and removing cost the same however many there are.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const int Slots = 1024;
    private const long TickMilliseconds = 50;
    private readonly Lock _lock = new();
    private readonly Ring<AttemptRun>[] _slots = new Ring<AttemptRun>[Slots];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _hand;

    public Deadlines(TimeProvider time)
    {
        _time = time;
        _hand = Tick(time.GetUtcNow());
        var period = TimeSpan.FromMilliseconds(TickMilliseconds);
        _timer = time.CreateTimer(_ => Turn(), null, period, period);
    }

    /// <summary>From its deadline on the attempt is told, once, unless it is removed before.</summary>
    public void Add(AttemptRun attempt)
    {
        lock (_lock)
        {
            // What is due already is found at the next tick.
            attempt.DueTick = Math.Max(Tick(attempt.Deadline) + 1, _hand + 1);
            _slots[attempt.DueTick % Slots].Add(attempt);
        }
    }

    /// <summary>Does nothing for one that is not there.</summary>
    public void Remove(AttemptRun attempt)
    {
        lock (_lock)
        {
            if (attempt.DueTick > 0)
            {
                _slots[attempt.DueTick % Slots].Remove(attempt);
                attempt.DueTick = 0;
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private static long Tick(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / TickMilliseconds;

    private void Turn()
    {
        List<AttemptRun>? due = null;
        lock (_lock)
        {
            var now = Tick(_time.GetUtcNow());
            var slots = Math.Min(now - _hand, Slots);
            for (var i = 1; i <= slots; i++)
            {
                Collect(ref _slots[(_hand + i) % Slots], now, ref due);
            }

            _hand = Math.Max(_hand, now);
        }

        foreach (var attempt in due ?? [])
        {
            attempt.OnDeadline();
        }
    }

    // Those of a later round stay.
    private static void Collect(ref Ring<AttemptRun> slot, long now, ref List<AttemptRun>? due)
    {
        if (slot.Current is not { } first)
        {
            return;
        }

        var last = first.Previous;
        for (AttemptRun? attempt = first, next; attempt is not null; attempt = next)
        {
            next = attempt == last ? null : attempt.Next;
            if (attempt.DueTick <= now)
            {
                slot.Remove(attempt);
                attempt.DueTick = 0;
                (due ??= []).Add(attempt);
            }
        }
    }
}

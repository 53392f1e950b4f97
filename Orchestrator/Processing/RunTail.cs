using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The last events of one run.</summary>
internal sealed class RunTail(string runId, long version, string? tenant)
{
    // The last batch is kept whole, however large: watchers that are up to date take it from here.
    private const int MaxEvents = 256;
    private readonly Lock _lock = new();
    private readonly Queue<RunEvent[]> _batches = new();
    private TaskCompletionSource? _changed;
    private long _last = version;
    private int _kept;
    private bool _closed;

    public string RunId => runId;

    /// <summary>Whose run it is; null: nothing of it is stored yet.</summary>
    public string? Tenant { get; private set; } = tenant;

    /// <summary>Takes events in that are stored now.</summary>
    public void Add(List<RunEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        TaskCompletionSource? changed;
        lock (_lock)
        {
            Tenant ??= events[0].RunSubmitted?.Principal?.Tenant;
            _batches.Enqueue([.. events]);
            _kept += events.Count;
            _last = events[^1].Version;
            while (_kept > MaxEvents && _batches.Count > 1)
            {
                _kept -= _batches.Dequeue().Length;
            }

            (changed, _changed) = (_changed, null);
        }

        changed?.TrySetResult();
    }

    public void Close()
    {
        TaskCompletionSource? changed;
        lock (_lock)
        {
            _closed = true;
            changed = _changed;
        }

        changed?.TrySetResult();
    }

    /// <summary>What comes after a version.</summary>
    public Look After(long version)
    {
        lock (_lock)
        {
            if (version < _last)
            {
                return new Look(_kept > _last - version - 1 ? Collect(version) : null, null);
            }

            return new Look([], _closed ? null : (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    private RunEvent[] Collect(long version)
    {
        var events = new RunEvent[_last - version];
        foreach (var batch in _batches)
        {
            var skipped = (int)Math.Max(0, version + 1 - batch[0].Version);
            if (skipped < batch.Length)
            {
                batch.AsSpan(skipped).CopyTo(events.AsSpan((int)(batch[skipped].Version - version - 1)));
            }
        }

        return events;
    }

    /// <summary>What one saw.</summary>
    /// <param name="Events">The events; null: there are some, and only the store has them.</param>
    /// <param name="Changed">When there are none: completes when it is worth looking again; null: the run is not worked on here any more.</param>
    internal readonly record struct Look(RunEvent[]? Events, Task? Changed);
}

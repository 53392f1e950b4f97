using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Hub;

/// <summary>
/// What happens in one run, for all who have subscribed to it in this process: read once, made into JSON once. Only the
/// newest is kept, for those who are about to get it.
/// </summary>
/// <remarks>
/// <code>
///   store or RunTail ──WatchAsync──→ FollowAsync ──Frame──→ the newest frames ──After(version)──→ subscribers, each at its own pace
/// </code>
/// A frame goes out at once when nothing went out for the interval, otherwise at its end.
/// </remarks>
internal sealed class RunFeed(IRunEngine engine, string runId, Principal principal, Func<CancellationToken, Task<long>> version, LiveOptions options, TimeProvider time)
{
    private const int MaxEvents = 500;
    private readonly Lock _lock = new();
    private readonly Queue<Frame> _frames = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _before; // version before the oldest frame that is kept
    private long _last;
    private int _bytes;
    private bool _started;
    private bool _ended;
    private Exception? _fault;

    /// <summary>Whether nothing more will come.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _ended || _fault is not null;
            }
        }
    }

    /// <summary>Follows the run to its end, or until it is stopped.</summary>
    public async Task FollowAsync(CancellationToken ct)
    {
        try
        {
            var from = await version(ct);
            lock (_lock)
            {
                (_before, _last, _started) = (from, from, true);
            }

            Wake();
            await FollowAsync(from, ct);
            Change(() => _ended = true);
        }
        catch (Exception e)
        {
            Change(() => _fault = e); // each subscriber tells it to its client
        }
    }

    /// <summary>What there is after a version.</summary>
    public Look After(long seen)
    {
        lock (_lock)
        {
            if (_started && seen < _before)
            {
                return new Look([], null, _before);
            }

            if (seen < _last)
            {
                return new Look([.. _frames.Where(frame => frame.Last > seen)], null, 0);
            }

            if (_fault is not null)
            {
                throw _fault;
            }

            return new Look([], _ended ? null : _changed.Task, 0);
        }
    }

    private async Task FollowAsync(long from, CancellationToken ct)
    {
        var interval = TimeSpan.FromMilliseconds(options.IntervalMilliseconds);
        var events = new List<RunEvent>();
        var pause = Task.CompletedTask;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var source = engine.WatchAsync(runId, from, principal, end.Token).GetAsyncEnumerator(end.Token);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!next.IsCompleted && events.Count > 0)
                {
                    await Task.WhenAny(next, pause);
                    if (!next.IsCompleted)
                    {
                        Publish();
                        continue;
                    }
                }

                if (!await next)
                {
                    Publish();
                    return;
                }

                events.Add(source.Current);
                next = source.MoveNextAsync().AsTask();
                if (events.Count == MaxEvents)
                {
                    Publish();
                }
            }
        }
        finally
        {
            // The source must not be disposed of while it is asked.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Publish()
        {
            if (events.Count > 0)
            {
                Add(Frame.Of(events));
                events.Clear();
                pause = Task.Delay(interval, time, ct);
            }
        }
    }

    private void Add(Frame frame) => Change(() =>
    {
        _frames.Enqueue(frame);
        _last = frame.Last;
        _bytes += frame.Bytes;
        while (_bytes > options.KeepBytes && _frames.Count > 1)
        {
            var oldest = _frames.Dequeue();
            _bytes -= oldest.Bytes;
            _before = oldest.Last;
        }
    });

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
        }

        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    /// <summary>What one saw.</summary>
    /// <param name="Frames">The frames; empty: see the others.</param>
    /// <param name="Changed">Completes when it is worth looking again; null, with nothing else set: the run has ended.</param>
    /// <param name="Before">Set when what is asked for is not kept any more: what comes after this version is.</param>
    internal readonly record struct Look(IReadOnlyList<Frame> Frames, Task? Changed, long Before);
}

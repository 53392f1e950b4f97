using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Storage.Embedded;

/// <summary>
/// The only thread that writes the journal. Whatever waits when it comes round goes into one frame: one write, one
/// fsync, then all are answered. The slower the disk, the larger the frames.
/// </summary>
/// <remarks>
/// <code>
///  AppendAsync ─┐
///  AppendAsync ─┼─► waiting ─► check + stage ─► write ─► fsync ─► apply to state ─► answer, wake watchers
///  Acquire…    ─┘                 (a conflict is answered here)       │ fails: the process stops
/// </code>
/// After a failed fsync nobody knows what is on disk, and the operating system may have dropped the pages: going on
/// would acknowledge on top of a hole. A failed write (disk full) is different: what it left is cut off again.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The thread disposes of the semaphore when it ends.")]
internal sealed class JournalWriter
{
    private const int FrameTarget = 4 * 1024 * 1024;

    private readonly StoreState _state;
    private readonly WatchHub _watchers;
    private readonly Action<string, Exception> _fatal;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly RecordWriter _records = new();
    private readonly List<JournalOperation> _staged = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<object> _waiting = [];
    private bool _stopping;
    private volatile Exception? _failure;
    private volatile string? _refusing;

    public JournalWriter(StoreState state, Segment active, WatchHub watchers, Action<string, Exception> fatal)
    {
        (_state, Active, _watchers, _fatal) = (state, active, watchers, fatal);
        new Thread(Run) { IsBackground = true, Name = "store journal" }.Start();
    }

    /// <summary>The segment that grows. Changed on the writer's thread only.</summary>
    public Segment Active { get; set; }

    /// <summary>Called on the writer's thread after each frame.</summary>
    public Action? AfterFrame { get; set; }

    /// <summary>Why the last write failed; null while writes succeed.</summary>
    public string? Trouble => _failure?.Message ?? _refusing;

    public Task<T> Enqueue<T>(JournalOperation<T> operation)
    {
        Post(operation);
        return operation.Answer;
    }

    /// <summary>Runs something on the writer's thread, between two frames.</summary>
    public void Post(Action action) => Post((object)action);

    /// <summary>Answers what waits, then ends.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return _ended.Task;
            }

            _stopping = true;
            _signal.Release();
        }

        return _ended.Task;
    }

    /// <summary>Writes a frame and makes it durable. On the writer's thread only.</summary>
    /// <returns>The file offset of its payload.</returns>
    public long Write(RecordWriter records)
    {
        long offset;
        try
        {
            offset = Active.Write(records);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CutTail(e);
            _refusing = $"Writing to '{Active.Path}' failed: {e.Message}";
            throw new StoreUnavailableException(_refusing, e);
        }

        try
        {
            Active.Flush();
        }
        catch (Exception e)
        {
            throw Stop($"Flushing '{Active.Path}' to disk failed; what is stored is unknown, so the process stops.", e);
        }

        _refusing = null;
        return offset;
    }

    private void Post(object item)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(EmbeddedRunStore));
            _waiting.Add(item);
            if (_waiting.Count == 1)
            {
                _signal.Release();
            }
        }
    }

    private void Run()
    {
        List<object> items = [];
        while (true)
        {
            _signal.Wait();
            bool stopping;
            lock (_gate)
            {
                (items, _waiting) = (_waiting, items);
                stopping = _stopping;
            }

            foreach (var item in items)
            {
                Take(item);
            }

            Commit();
            items.Clear();
            if (stopping)
            {
                _signal.Dispose();
                _ended.SetResult();
                return;
            }
        }
    }

    private void Take(object item)
    {
        if (item is Action action)
        {
            Commit();
            action();
            return;
        }

        var operation = (JournalOperation)item;
        if (_failure is not null)
        {
            operation.Fail(new StoreUnavailableException(_failure.Message, _failure));
            return;
        }

        if (_keys.Contains(operation.Key) || _records.Length > FrameTarget)
        {
            Commit();
        }

        lock (_state.Gate)
        {
            if (operation.Stage(_state, _records))
            {
                _staged.Add(operation);
                _keys.Add(operation.Key);
            }
        }
    }

    private void Commit()
    {
        if (_staged.Count == 0)
        {
            return;
        }

        try
        {
            var offset = Write(_records);
            lock (_state.Gate)
            {
                JournalApply.Frame(_state, _records.Payload, Active.Id, offset);
                foreach (var operation in _staged)
                {
                    operation.Complete(_state);
                }
            }

            foreach (var operation in _staged)
            {
                if (operation.Wakes is { } run)
                {
                    _watchers.Wake(run);
                }
            }
        }
        catch (StoreUnavailableException e)
        {
            FailStaged(e);
        }
        catch (Exception e)
        {
            FailStaged(Stop("The journal's writer failed.", e));
        }

        _staged.Clear();
        _keys.Clear();
        _records.Reset();
        AfterFrame?.Invoke();
    }

    private void FailStaged(StoreUnavailableException e)
    {
        foreach (var operation in _staged)
        {
            operation.Fail(e);
        }
    }

    private void CutTail(Exception cause)
    {
        try
        {
            Active.CutTail();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop($"Writing to '{Active.Path}' failed, and so did cutting off what it left; the process stops.", new AggregateException(cause, e));
        }
    }

    /// <summary>Nothing can be stored any more: says so to the process, which stops.</summary>
    public StoreUnavailableException Stop(string message, Exception cause)
    {
        var failure = new StoreUnavailableException(message, cause);
        _failure = failure;
        _fatal(message, cause);
        return failure;
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Storage.Embedded;

/// <summary>Replaces all complete segments by one with live data only, while the store goes on.</summary>
/// <remarks>
/// <code>
/// 1 writer's thread   ends the active segment N, begins N+1, and notes the state as of here (positions, not values)
/// 2 pool thread       copies the values noted into a new file, flushes it, renames it over segment N: it is flagged
///                     "takes the place of all lower ones", so from this instant on a restart reads it and N+1…
/// 3 writer's thread   points the state at the new file where it still points at the old ones; old files are removed
/// </code>
/// Killed before the rename, the next start finds the old segments and an unfinished file; after it, old segments that
/// it removes. Whoever still reads an old file keeps it open.
/// </remarks>
internal sealed class JournalCompactor(
    StoreState state, JournalWriter writer, string folder, Func<int> nextSegmentId, Action<SafeFileHandle> flush, ILogger logger)
{
    private volatile bool _running;
    private long _checkAt;

    /// <summary>Do nothing below this size.</summary>
    public long MinimumBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Called by the writer after each frame: compacts when more than half of the journal is dead.</summary>
    public void Consider()
    {
        if (_running || writer.Active.Length < Math.Max(MinimumBytes / 4, 1) || Total() < Math.Max(_checkAt, MinimumBytes))
        {
            return;
        }

        var total = Total();
        long live = 0;
        lock (state.Gate)
        {
            foreach (var run in state.Runs.Values)
            {
                live += run.LiveBytes;
            }
        }

        _checkAt = total + Math.Max(MinimumBytes / 4, total / 8);
        if (live < total / 2)
        {
            Start(done: null);
        }
    }

    /// <summary>Compacts now, whatever it gains.</summary>
    public Task CompactAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writer.Post(() => Start(done));
        return done.Task;
    }

    /// <summary>The copying that runs, or has run last.</summary>
    public Task Copying { get; private set; } = Task.CompletedTask;

    private long Total()
    {
        lock (state.Gate)
        {
            return state.Segments.Values.Sum(s => s.Length);
        }
    }

    // On the writer's thread.
    private void Start(TaskCompletionSource? done)
    {
        if (_running)
        {
            done?.SetException(new InvalidOperationException("A compaction is running already."));
            return;
        }

        try
        {
            var before = Total();
            var ended = writer.Active;
            var end = new RecordWriter();
            JournalRecords.End(end);
            var next = Segment.Create(nextSegmentId(), ended.Number + 1, folder, state.PartitionCount, compacted: false, flush);
            try
            {
                writer.Write(end);
            }
            catch
            {
                next.Dispose();
                throw;
            }

            try
            {
                next.Publish();
            }
            catch (Exception e)
            {
                // The end is written: nothing may follow it in this segment, and there is no next one.
                throw writer.Stop($"Beginning '{next.Path}' failed; the process stops.", e);
            }

            JournalCapture capture;
            lock (state.Gate)
            {
                state.Segments.Add(next.Id, next);
                writer.Active = next;
                capture = JournalCapture.Take(state);
            }

            _running = true;
            Copying = Task.Run(() => Copy(ended, capture, before, done));
        }
        catch (Exception e)
        {
            Failed(e, done);
        }
    }

    private void Copy(Segment ended, JournalCapture capture, long before, TaskCompletionSource? done)
    {
        Segment? copy = null;
        try
        {
            copy = Segment.Create(nextSegmentId(), ended.Number, folder, state.PartitionCount, compacted: true, flush);
            capture.CopyTo(copy);
            copy.Publish();
            writer.Post(() => Finish(ended, capture, copy, before, done));
        }
        catch (Exception e)
        {
            copy?.Dispose();
            _running = false;
            Failed(e, done);
        }
    }

    // On the writer's thread.
    private void Finish(Segment ended, JournalCapture capture, Segment copy, long before, TaskCompletionSource? done)
    {
        try
        {
            List<Segment> old;
            lock (state.Gate)
            {
                state.Segments.Add(copy.Id, copy);
                capture.Repoint(copy.Id);
                old = [.. state.Segments.Values.Where(s => s.Number <= ended.Number && s != copy)];
                old.ForEach(s => state.Segments.Remove(s.Id));
            }

            foreach (var segment in old)
            {
                segment.RemoveUser();
                if (segment.Number < ended.Number)
                {
                    File.Delete(segment.Path);
                }
            }

            StoreLog.Compacted(logger, folder, before, copy.Length);
            _running = false;
            done?.SetResult();
        }
        catch (Exception e)
        {
            _running = false;
            Failed(e, done);
        }
    }

    private void Failed(Exception e, TaskCompletionSource? done)
    {
        StoreLog.CompactionFailed(logger, e, folder);
        done?.TrySetException(e);
    }
}

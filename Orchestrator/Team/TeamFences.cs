using System.Runtime.InteropServices;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>
/// What must not start here: attempts up to the newest one seen of a task (started, or asked for and not known), and
/// whatever comes under an older epoch of its run. The oldest marks go when there are many; the master's own fences hold
/// without them.
/// </summary>
internal sealed class TeamFences(int capacity = 32_768)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Run, string Task), int> _newest = [];
    private readonly Queue<(string Run, string Task)> _tasks = new();
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);
    private readonly Queue<string> _runs = new();

    /// <summary>Marks an attempt as started.</summary>
    /// <returns>Null, or why it may not start.</returns>
    public string? Start(AttemptCredential attempt)
    {
        lock (_gate)
        {
            if (Old(attempt.RunId, attempt.Epoch) is { } over)
                return over;
            if (_newest.TryGetValue((attempt.RunId, attempt.TaskId), out var newest) && attempt.Attempt <= newest)
                return $"Attempt {attempt.Attempt} at {attempt.RunId}/{attempt.TaskId} cannot start: attempt {newest} was started, finished or given up here.";
            Mark(attempt);
            return null;
        }
    }

    /// <summary>An attempt did not start after all.</summary>
    public void Undo(AttemptCredential attempt)
    {
        lock (_gate)
        {
            if (_newest.TryGetValue((attempt.RunId, attempt.TaskId), out var newest) && newest == attempt.Attempt)
                _newest[(attempt.RunId, attempt.TaskId)] = newest - 1;
        }
    }

    /// <summary>An attempt that is not known here was asked for: it can never start here later.</summary>
    public void Bury(AttemptCredential attempt)
    {
        lock (_gate)
            Mark(attempt);
    }

    /// <summary>Somebody speaks of a run, under an epoch.</summary>
    /// <returns>Null, or why he may not any more.</returns>
    public string? Hear(string runId, long epoch)
    {
        lock (_gate)
        {
            if (Old(runId, epoch) is { } over)
                return over;
            Raise(_epochs, _runs, runId, epoch);
            return null;
        }
    }

    private string? Old(string runId, long epoch) =>
        _epochs.TryGetValue(runId, out var known) && epoch < known ? $"Epoch {epoch} of run {runId} is over; epoch {known} is known here." : null;

    private void Mark(AttemptCredential attempt)
    {
        Raise(_newest, _tasks, (attempt.RunId, attempt.TaskId), attempt.Attempt);
        Raise(_epochs, _runs, attempt.RunId, attempt.Epoch);
    }

    private void Raise<TKey, TValue>(Dictionary<TKey, TValue> marks, Queue<TKey> order, TKey key, TValue value)
        where TKey : notnull
        where TValue : IComparable<TValue>
    {
        ref var mark = ref CollectionsMarshal.GetValueRefOrAddDefault(marks, key, out var known);
        if (known && value.CompareTo(mark) <= 0)
            return;
        mark = value;
        if (known)
            return;
        order.Enqueue(key);
        if (order.Count > capacity)
            marks.Remove(order.Dequeue());
    }
}

using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>
/// What must not start here: attempts up to the newest one seen of a task (started, or asked for and not known), and
/// whatever comes under an older epoch of its run than one that was seen. Each attempt carries the epoch under which it
/// was recorded; whoever attaches, cancels or acknowledges says the epoch that he works under, for an attempt outlives
/// its owner. The oldest marks are dropped when there are many; the orchestrator's own
/// fences hold without them. Not for concurrent use.
/// </summary>
internal sealed class AttemptFences(int capacity = 32_768)
{
    private readonly Dictionary<TaskKey, int> _newest = [];
    private readonly Queue<TaskKey> _tasks = new();
    private readonly Dictionary<string, long> _epochs = [];
    private readonly Queue<string> _runs = new();

    /// <summary>Why an attempt may not start. Null: it may.</summary>
    public string? Refuses(AttemptCredential credential)
    {
        if (_epochs.TryGetValue(credential.RunId, out var epoch) && credential.Epoch < epoch)
            return $"Epoch {credential.Epoch} of run {credential.RunId} is over; epoch {epoch} is known here.";

        return _newest.TryGetValue(new TaskKey(credential.RunId, credential.TaskId), out var newest) && credential.Attempt <= newest
            ? $"Attempt {credential.Attempt} at {credential.RunId}/{credential.TaskId} cannot start: attempt {newest} was started, finished or given up here."
            : null;
    }

    /// <summary>Remembers an attempt that started, or that must never start.</summary>
    public void Started(AttemptCredential credential)
    {
        Raise(_newest, _tasks, new TaskKey(credential.RunId, credential.TaskId), credential.Attempt);
        Raise(_epochs, _runs, credential.RunId, credential.Epoch);
    }

    /// <summary>Whether whoever works under an epoch no longer owns the run. 0 is nobody's.</summary>
    public bool IsOver(string runId, long epoch) => epoch > 0 && _epochs.TryGetValue(runId, out var newest) && epoch < newest;

    /// <summary>Remembers that somebody works on a run under an epoch.</summary>
    public void Seen(string runId, long epoch)
    {
        if (epoch > 0)
            Raise(_epochs, _runs, runId, epoch);
    }

    private void Raise<TKey, TValue>(Dictionary<TKey, TValue> marks, Queue<TKey> order, TKey key, TValue value)
        where TKey : notnull
        where TValue : IComparable<TValue>
    {
        ref var mark = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(marks, key, out var known);
        if (!known)
        {
            mark = value;
            order.Enqueue(key);
            if (order.Count > capacity)
                marks.Remove(order.Dequeue());
        }
        else if (value.CompareTo(mark) > 0)
        {
            mark = value;
        }
    }
}

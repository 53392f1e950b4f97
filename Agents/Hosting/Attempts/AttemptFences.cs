using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>
/// What must not start here: attempts up to the newest one seen of a task (started, or asked for and not known), and
/// attempts under an older epoch of their run. The oldest marks are dropped when there are many; the orchestrator's own
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

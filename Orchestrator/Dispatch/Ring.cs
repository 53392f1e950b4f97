namespace Orchestrator.Dispatch;

/// <summary>What can be in one <see cref="Ring{T}"/>.</summary>
internal abstract class RingNode<T>
    where T : RingNode<T>
{
    public T? Next { get; set; }

    public T? Previous { get; set; }
}

/// <summary>A circle of nodes, one of them current: a queue whose first is the current one, and turns can be taken in it. All in O(1), without allocation.</summary>
internal struct Ring<T>
    where T : RingNode<T>
{
    /// <summary>Whose turn it is; null: the ring is empty.</summary>
    public T? Current { get; private set; }

    /// <summary>Adds a node at the end: its turn comes after all others had theirs.</summary>
    public void Add(T node)
    {
        if (Current is not { } first)
        {
            Current = node.Next = node.Previous = node;
            return;
        }

        node.Next = first;
        node.Previous = first.Previous;
        first.Previous!.Next = node;
        first.Previous = node;
    }

    /// <summary>Takes a node out; when it was the current one, the next is.</summary>
    public void Remove(T node)
    {
        if (node.Next == node)
        {
            Current = null;
        }
        else
        {
            node.Previous!.Next = node.Next;
            node.Next!.Previous = node.Previous;
            Current = Current == node ? node.Next : Current;
        }

        node.Next = node.Previous = null;
    }

    /// <summary>The next one's turn.</summary>
    public void Advance() => Current = Current?.Next;
}

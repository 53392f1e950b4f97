namespace Orchestrator.Dispatch;

/// <summary>
/// What one incarnation of an agent has to do, by us and by others. It outlives the stream on which the instance joined:
/// what runs there runs on when the instance joins again. Attempts are counted under the dispatcher's lock.
/// </summary>
internal sealed class InstanceUse(string role, Quarantine quarantine)
{
    private readonly List<Instance> _left = [];
    private int _most;
    private int _mostBefore;
    private volatile bool _isFull;

    public string Role => role;

    public Quarantine Quarantine => quarantine;

    /// <summary>Attempts and reservations of this replica.</summary>
    public int Running { get; private set; }

    /// <summary>Attempts of other replicas, as far as is known.</summary>
    public int ByOthers { get; private set; }

    /// <summary>It refused an attempt because it is full, whatever we thought: it gets no other until it says how it is, or one ends.</summary>
    public bool IsFull => _isFull;

    /// <summary>Counts attempts of this replica.</summary>
    public void Count(int by)
    {
        Instance[] left = [];
        lock (_left)
        {
            Running += by;
            _most = Math.Max(_most, Running);
            if (Running == 0 && _left.Count > 0)
            {
                left = [.. _left];
                _left.Clear();
            }
        }

        _isFull &= by > 0;
        if (left.Length > 0)
        {
            _ = Task.Run(() => Array.ForEach(left, instance => instance.Dispose()));
        }
    }

    public void MarkFull() => _isFull = true;

    /// <summary>
    /// The instance said how many run there: what is not ours is others'. It says so with delay, so the most that we had
    /// in the meantime is taken off: with one replica nothing is left, with several rather too little than too much, for
    /// the instance itself refuses what it has no room for.
    /// </summary>
    /// <returns>Whether it may have room that it was not known to have.</returns>
    public bool Told(int running)
    {
        lock (_left)
        {
            var more = _isFull;
            var before = ByOthers;
            _isFull = false;
            ByOthers = Math.Max(0, running - Math.Max(_most, _mostBefore));
            _mostBefore = _most;
            _most = Running;
            return more || ByOthers < before;
        }
    }

    /// <summary>An instance is gone; its connections are closed when nothing of ours runs there any more.</summary>
    public void Left(Instance instance)
    {
        lock (_left)
        {
            if (Running > 0)
            {
                _left.Add(instance);
                return;
            }
        }

        instance.Dispose();
    }
}

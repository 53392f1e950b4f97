namespace Orchestrator.Dispatch;

/// <summary>All that waits for one role, and its instances.</summary>
internal sealed class RoleDesk(string name, int limit)
{
    private readonly List<Lane> _lanes = [];

    public string Name => name;

    public IReadOnlyList<Lane> Lanes => _lanes;

    public Instance[] Instances { get; private set; } = [];

    /// <summary>Attempts and reservations of this replica.</summary>
    public int Running { get; set; }

    /// <summary>Counts the tasks that were taken: whose turn came last.</summary>
    public long Served { get; set; }

    /// <summary>Whether somebody hands out tasks now; who finds it so leaves the work to them.</summary>
    public bool IsPumping { get; set; }

    public Lane LaneOf(string taskType)
    {
        foreach (var lane in _lanes)
        {
            if (lane.TaskType == taskType)
            {
                return lane;
            }
        }

        var added = new Lane(this, taskType) { Able = AbleTo(taskType) };
        _lanes.Add(added);
        return added;
    }

    public void SetInstances(Instance[] instances)
    {
        Instances = instances;
        foreach (var lane in _lanes)
        {
            lane.Able = AbleTo(lane.TaskType);
        }
    }

    /// <summary>The task that goes next: of the highest priority that somebody has room for; among lanes, of the tenant, then of the lane, that was served longest ago.</summary>
    public WaitingTask? Next(out Instance? instance)
    {
        WaitingTask? best = null;
        instance = null;
        if (limit > 0 && Running >= limit)
        {
            return null;
        }

        foreach (var lane in _lanes)
        {
            if (lane.Count > 0 && lane.Next(best?.Priority ?? 0, out var free) is { } task
                && (best is null || task.Priority > best.Priority || ServedAt(task).CompareTo(ServedAt(best)) < 0))
            {
                best = task;
                instance = free;
            }
        }

        if (best is not null)
        {
            best.Lane.Served = Served;
        }

        return best;
    }

    /// <summary>An instance with room for a task that has just come; null when there is none, or when others wait.</summary>
    public Instance? FreeFor(string taskType, string avoid)
    {
        if (limit > 0 && Running >= limit)
        {
            return null;
        }

        foreach (var lane in _lanes)
        {
            if (lane.Count > 0)
            {
                return null;
            }
        }

        return LaneOf(taskType).Choose(avoid);
    }

    // The tenant's turn decides, then the lane's.
    private static (long Tenant, long Lane) ServedAt(WaitingTask task) => (task.Queue?.Owner.Turn.Served ?? 0, task.Lane.Served);

    private Instance[] AbleTo(string taskType) => [.. Instances.Where(instance => instance.CapabilityFor(taskType) is not null)];
}

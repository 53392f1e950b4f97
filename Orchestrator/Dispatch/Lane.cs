using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What waits for one task type of a role, and the instances that do it.</summary>
internal sealed class Lane(RoleDesk role, string taskType)
{
    private const int MostAside = 32;
    private readonly FairQueue?[] _queues = new FairQueue?[10];
    private readonly List<WaitingTask> _aside = [];
    private int _rotor;
    private WaitingTask? _oldest;
    private WaitingTask? _newest;
    private WaitingTask? _untold;

    public RoleDesk Role => role;

    public string TaskType => taskType;

    public int Count { get; private set; }

    /// <summary>When the role last served it, by the role's own count.</summary>
    public long Served { get; set; }

    /// <summary>Instances whose contract has the task type, in whatever health.</summary>
    public Instance[] Able { get; set; } = [];

    /// <summary>Since when nobody could do it, in milliseconds since 1970; 0: somebody can.</summary>
    public long NobodySince { get; set; }

    /// <summary>Of those that wait, the one that entered first.</summary>
    public WaitingTask? Oldest => _oldest;

    /// <summary>The first whose run was not told that nobody can do it.</summary>
    public WaitingTask? Untold => _untold;

    /// <summary>Counts a task in; it stands in line from <see cref="Line"/> on.</summary>
    public void Enter(WaitingTask task)
    {
        task.EarlierInLane = _newest;
        if (_newest is not null)
        {
            _newest.LaterInLane = task;
        }

        _newest = task;
        _oldest ??= task;
        _untold ??= task;
        Count++;
        Line(task);
    }

    public void Leave(WaitingTask task, bool served = false)
    {
        if (task.Queue is { } queue)
        {
            queue.Owner.Queue.Remove(task, served);
        }
        else
        {
            _aside.Remove(task);
        }

        if (_untold == task)
        {
            _untold = task.LaterInLane;
        }

        _oldest = _oldest == task ? task.LaterInLane : _oldest;
        _newest = _newest == task ? task.EarlierInLane : _newest;
        if (task.EarlierInLane is { } earlier)
        {
            earlier.LaterInLane = task.LaterInLane;
        }

        if (task.LaterInLane is { } later)
        {
            later.EarlierInLane = task.EarlierInLane;
        }

        task.EarlierInLane = task.LaterInLane = null;
        Count--;
    }

    /// <summary>Its run was told.</summary>
    public void Tell(WaitingTask task)
    {
        task.Told = true;
        while (_untold is { Told: true })
        {
            _untold = _untold.LaterInLane;
        }
    }

    /// <summary>The task whose turn it is and an instance with room for it; a task of less priority than <paramref name="atLeast"/> is not looked for.</summary>
    public WaitingTask? Next(int atLeast, out Instance? instance)
    {
        foreach (var aside in _aside)
        {
            if (aside.Priority >= atLeast && (instance = Choose(aside.Avoid)) is not null && !aside.Run.Tenant.IsAtLimit)
            {
                return aside;
            }
        }

        for (var priority = 9; priority >= atLeast; priority--)
        {
            while (_queues[priority]?.Peek() is { } task)
            {
                if ((instance = Choose(task.Avoid)) is not null)
                {
                    return task;
                }

                // Another instance is to be taken and none has room: the others need not wait for that.
                if (task.Avoid.Length == 0 || _aside.Count >= MostAside || Choose("") is null)
                {
                    return null;
                }

                _queues[priority]!.Remove(task, served: false);
                _aside.Add(task);
            }
        }

        instance = null;
        return null;
    }

    /// <summary>Whether an instance is there that takes such tasks, with room or without.</summary>
    public bool HasAnybody()
    {
        foreach (var instance in Able)
        {
            if (instance.TakesWork)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>For people.</summary>
    public string WhyNobody()
    {
        if (role.Instances.Length == 0)
        {
            return $"no agent of the role '{role.Name}' has joined";
        }

        return Able.Any(instance => instance.Health == InstanceHealth.Alive)
            ? $"every instance of the role '{role.Name}' that does '{taskType}' is quarantined after failures of its own"
            : $"no instance of the role '{role.Name}' that is alive does '{taskType}'";
    }

    /// <summary>The least loaded instance; one to avoid only when there is no other at all.</summary>
    public Instance? Choose(string avoid)
    {
        var able = Able;
        Instance? best = null;
        var others = false;
        var start = able.Length > 1 ? (_rotor = (_rotor + 1) % able.Length) : 0;
        for (var i = 0; i < able.Length; i++)
        {
            var instance = able[start + i < able.Length ? start + i : start + i - able.Length];
            if (!instance.TakesWork)
            {
                continue;
            }

            var avoided = avoid.Length > 0 && instance.Id == avoid;
            others |= !avoided;
            if (instance.HasRoom && (best is null || best.Id == avoid || (!avoided && instance.IsLessLoadedThan(best))))
            {
                best = instance;
            }
        }

        return others && avoid.Length > 0 && best?.Id == avoid ? null : best;
    }

    private void Line(WaitingTask task) => (_queues[task.Priority] ??= new FairQueue()).Add(task);
}

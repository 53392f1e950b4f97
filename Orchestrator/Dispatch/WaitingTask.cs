namespace Orchestrator.Dispatch;

/// <summary>A task that waits, as the dispatcher keeps it: small, because there may be very many.</summary>
internal sealed class WaitingTask(RunWaiting run, Lane lane, QueuedTask task, long enteredAt) : RingNode<WaitingTask>
{
    public string TaskId { get; } = task.TaskId;

    public RunWaiting Run { get; } = run;

    public Lane Lane { get; } = lane;

    /// <summary>An instance that is taken only when there is no other. Empty: none.</summary>
    public string Avoid { get; } = task.Avoid;

    /// <summary>Milliseconds since 1970.</summary>
    public long EnteredAt { get; set; } = enteredAt;

    public int TimeLimit { get; } = task.TimeLimit;

    /// <summary>0 to 9.</summary>
    public byte Priority { get; } = (byte)Math.Clamp(task.Priority, 0, 9);

    /// <summary>Whether the run was told that nobody can do it now.</summary>
    public bool Told { get; set; }

    /// <summary>Taken or withdrawn; set while something may still point here.</summary>
    public bool IsOut { get; set; }

    /// <summary>Its time has not come.</summary>
    public bool IsLater { get; set; }

    /// <summary>Where it stands in line; null: its time has not come, or it was set aside.</summary>
    public RunQueue? Queue { get; set; }

    // The tasks of a lane by arrival, and the tasks of a run.
    public WaitingTask? LaterInLane { get; set; }

    public WaitingTask? EarlierInLane { get; set; }

    public WaitingTask? NextOfRun { get; set; }

    public WaitingTask? PreviousOfRun { get; set; }
}

/// <summary>All that waits of one run.</summary>
internal sealed class RunWaiting(string runId, TenantShare tenant)
{
    private const int Few = 8;
    private WaitingTask? _first;
    private Dictionary<string, WaitingTask>? _byId;

    public string RunId { get; } = runId;

    public TenantShare Tenant { get; } = tenant;

    public int Count { get; private set; }

    /// <summary>Any of its tasks; null: none is left.</summary>
    public WaitingTask? First => _first;

    /// <summary>Its places in line, one for each lane and priority.</summary>
    public RunQueue? Queues { get; set; }

    public WaitingTask? Find(string taskId)
    {
        if (_byId is not null)
        {
            return _byId.GetValueOrDefault(taskId);
        }

        var task = _first;
        while (task is not null && task.TaskId != taskId)
        {
            task = task.NextOfRun;
        }

        return task;
    }

    public void Add(WaitingTask task)
    {
        task.NextOfRun = _first;
        if (_first is not null)
        {
            _first.PreviousOfRun = task;
        }

        _first = task;
        Count++;
        if (_byId is null && Count > Few)
        {
            _byId = new Dictionary<string, WaitingTask>(StringComparer.Ordinal);
            for (var each = _first; each is not null; each = each.NextOfRun)
            {
                _byId.Add(each.TaskId, each);
            }
        }
        else
        {
            _byId?.Add(task.TaskId, task);
        }
    }

    public void Remove(WaitingTask task)
    {
        if (task.PreviousOfRun is { } previous)
        {
            previous.NextOfRun = task.NextOfRun;
        }
        else
        {
            _first = task.NextOfRun;
        }

        if (task.NextOfRun is { } next)
        {
            next.PreviousOfRun = task.PreviousOfRun;
        }

        task.NextOfRun = task.PreviousOfRun = null;
        _byId?.Remove(task.TaskId);
        Count--;
    }
}

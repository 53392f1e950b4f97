namespace Orchestrator.Dispatch;

/// <summary>Tasks of one lane and one priority. Tenants take turns, the runs of a tenant take turns, and within a run the oldest goes first.</summary>
internal sealed class FairQueue
{
    private Ring<TenantQueue> _tenants;

    public bool IsEmpty => _tenants.Current is null;

    public void Add(WaitingTask task)
    {
        var tenant = task.Run.Tenant;
        if (!tenant.Queues.TryGetValue(this, out var line))
        {
            tenant.Queues[this] = line = new TenantQueue(this, tenant, tenant.TurnAt(task.Lane.Role));
            _tenants.Add(line);
        }

        var run = task.Run.Queues;
        while (run is not null && run.Owner != line)
        {
            run = run.NextOfRun;
        }

        if (run is null)
        {
            run = new RunQueue(line, task.Run) { NextOfRun = task.Run.Queues };
            task.Run.Queues = run;
            line.Runs.Add(run);
        }

        run.Tasks.Add(task);
        task.Queue = run;
    }

    /// <summary>Whose turn it is. Tenants that have all they may have step out of the line until they have less.</summary>
    public WaitingTask? Peek()
    {
        while (_tenants.Current is { } line)
        {
            if (!line.Tenant.IsAtLimit)
            {
                return line.Runs.Current!.Tasks.Current;
            }

            _tenants.Remove(line);
            line.IsParked = true;
            line.Tenant.Parked.Add(line);
        }

        return null;
    }

    /// <summary>Takes a task out; when it was its turn, the others' turn comes.</summary>
    public void Remove(WaitingTask task, bool served)
    {
        var run = task.Queue!;
        var line = run.Owner;
        task.Queue = null;
        run.Tasks.Remove(task);
        if (run.Tasks.Current is null)
        {
            line.Runs.Remove(run);
            Unlink(run);
        }
        else if (served)
        {
            line.Runs.Advance();
        }

        if (served)
        {
            line.Turn.Served = ++task.Lane.Role.Served;
        }

        if (line.Runs.Current is null)
        {
            line.Tenant.Queues.Remove(this);
            if (line.IsParked)
            {
                line.Tenant.Parked.Remove(line);
            }
            else
            {
                _tenants.Remove(line);
            }
        }
        else if (served)
        {
            _tenants.Advance();
        }
    }

    /// <summary>A tenant may have more again.</summary>
    public void Return(TenantQueue line)
    {
        line.IsParked = false;
        _tenants.Add(line);
    }

    private static void Unlink(RunQueue run)
    {
        if (run.Run.Queues == run)
        {
            run.Run.Queues = run.NextOfRun;
            return;
        }

        var before = run.Run.Queues!;
        while (before.NextOfRun != run)
        {
            before = before.NextOfRun!;
        }

        before.NextOfRun = run.NextOfRun;
    }
}

/// <summary>What a tenant has waiting at one lane and priority.</summary>
internal sealed class TenantQueue(FairQueue queue, TenantShare tenant, TenantTurn turn) : RingNode<TenantQueue>
{
    public FairQueue Queue => queue;

    public TenantShare Tenant => tenant;

    public Ring<RunQueue> Runs;

    public TenantTurn Turn => turn;

    public bool IsParked { get; set; }
}

/// <summary>When a role last served a tenant, by the role's own count: decides between lanes.</summary>
internal sealed class TenantTurn
{
    public long Served { get; set; }
}

/// <summary>What a run has waiting at one lane and priority.</summary>
internal sealed class RunQueue(TenantQueue owner, RunWaiting run) : RingNode<RunQueue>
{
    public TenantQueue Owner => owner;

    public RunWaiting Run => run;

    public Ring<WaitingTask> Tasks;

    public RunQueue? NextOfRun { get; set; }
}

/// <summary>What one tenant has, over all roles.</summary>
internal sealed class TenantShare(string name, int limit)
{
    private readonly Dictionary<RoleDesk, TenantTurn> _turns = [];

    public string Name => name;

    public int Waiting { get; set; }

    /// <summary>Attempts and reservations.</summary>
    public int Running { get; set; }

    public bool IsAtLimit => limit > 0 && Running >= limit;

    public Dictionary<FairQueue, TenantQueue> Queues { get; } = [];

    public TenantTurn TurnAt(RoleDesk role)
    {
        if (!_turns.TryGetValue(role, out var turn))
        {
            _turns[role] = turn = new TenantTurn { Served = role.Served };
        }

        return turn;
    }

    /// <summary>Lines it stepped out of because it has all it may have.</summary>
    public List<TenantQueue> Parked { get; } = [];
}

using Microsoft.Extensions.Options;
using Orchestrator.Runs;

namespace Orchestrator.Dispatch;

/// <summary>Brings queued tasks and instances with room together.</summary>
/// <remarks>
/// <para>
/// Priorities are strict. Within one, tenants take turns, then the runs of a tenant, and within a run the oldest goes
/// first; the least loaded instance gets it. One lane per role and task type; see <see cref="FairQueue"/> and
/// <see cref="Lane"/>. Nothing that is done per task depends on how many wait.
/// </para>
/// <para>
/// A task leaves its lane when an instance is reserved for it; the reservation becomes an attempt when the run's owner
/// has recorded it, and is given back when the owner refuses. Limits hold per replica, but that of an instance, which
/// is the instance's own.
/// </para>
/// </remarks>
internal sealed class Dispatcher : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RoleDesk> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunWaiting> _runs = new(StringComparer.Ordinal);
    private readonly TenantShares _tenants;
    private readonly LaterTasks _later;
    private readonly AgentRegistry _registry;
    private readonly TimeProvider _time;
    private readonly DispatchOptions _options;
    private readonly ITimer _sweep;
    private int _waiting;

    public Dispatcher(AgentRegistry registry, TimeProvider time, IOptions<DispatchOptions> options)
    {
        _registry = registry;
        _time = time;
        _options = options.Value;
        Deadlines = new Deadlines(time);
        _tenants = new TenantShares(_options.TenantRunning);
        _registry.Changed += OnChanged;
        var period = TimeSpan.FromSeconds(Math.Min(1, _options.HeartbeatSeconds));
        _sweep = time.CreateTimer(_ => Sweep(), null, period, period);
        _later = new LaterTasks(time, EnterDue);
    }

    /// <summary>Where assignments go. Set once, before the first offer.</summary>
    public IRunMailbox? Mailbox { get; set; }

    /// <summary>When the time of the attempts is up.</summary>
    public Deadlines Deadlines { get; }

    /// <summary>Tasks that wait here.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Refuses new work when too much waits already.</summary>
    /// <param name="tenant">Who brings it.</param>
    /// <exception cref="Processing.RequestRefusedException">RESOURCE_EXHAUSTED, with the time after which to try again.</exception>
    public void CheckRoom(string tenant)
    {
        if (Waiting < _options.MaxWaiting && _options.MaxWaitingPerTenant == 0)
        {
            return;
        }

        lock (_lock)
        {
            QueueBounds.Check(_options, _waiting, tenant, _options.MaxWaitingPerTenant == 0 ? 0 : _tenants.WaitingOf(tenant));
        }
    }

    /// <summary>Puts a task into its lane; now, or when its time has come. One that is there already is replaced.</summary>
    public void Offer(QueuedTask task)
    {
        var now = Now();
        RoleDesk role;
        lock (_lock)
        {
            if (!_runs.TryGetValue(task.RunId, out var run))
            {
                _runs[task.RunId] = run = new RunWaiting(task.RunId, _tenants.Of(task.Tenant));
            }
            else if (run.Find(task.TaskId) is { } old)
            {
                Remove(old, served: false, keepsRun: true);
            }

            role = RoleOf(task.Role);
            var waiting = new WaitingTask(run, role.LaneOf(task.TaskType), task, now);
            run.Add(waiting);
            run.Tenant.Waiting++;
            _waiting++;
            var due = task.NotBefore.ToUnixTimeMilliseconds();
            if (due > now)
            {
                waiting.IsLater = true;
                _later.Add(waiting, due, now);
                return;
            }

            waiting.Lane.Enter(waiting);
        }

        Pump(role);
    }

    /// <summary>Whether a task is here and its time has not come.</summary>
    public bool IsLater(string runId, string taskId)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(runId, out var run) && run.Find(taskId) is { IsLater: true };
        }
    }

    /// <summary>
    /// Reserves a place for a task that has just become ready, when nobody of its role waits: it then needs no place in
    /// the queue at all.
    /// </summary>
    /// <returns>The place, which counts as taken, and when the attempt's time is up; null: the task must wait.</returns>
    public (Instance Instance, DateTimeOffset Deadline)? TryReserve(QueuedTask task)
    {
        lock (_lock)
        {
            var tenant = _tenants.Of(task.Tenant);
            if (tenant.IsAtLimit || RoleOf(task.Role).FreeFor(task.TaskType, task.Avoid) is not { } instance)
            {
                return null;
            }

            Count(instance.Use, tenant, +1);
            return (instance, Deadline(task.TimeLimit, instance));
        }
    }

    /// <summary>Takes a task out; unknown ones are ignored.</summary>
    public void Withdraw(string runId, string taskId)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(runId, out var run) && run.Find(taskId) is { } waiting)
            {
                Remove(waiting, served: false);
            }
        }
    }

    /// <summary>Takes out all that waits of a run.</summary>
    public void WithdrawRun(string runId)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(runId, out var run))
            {
                RemoveAll(run);
            }
        }
    }

    /// <summary>Takes out all tasks of the runs that are meant, as when their partition has gone to another replica. Looks at every run.</summary>
    public void WithdrawAll(Func<string, bool> isMeant)
    {
        lock (_lock)
        {
            foreach (var run in _runs.Values.Where(run => isMeant(run.RunId)).ToList())
            {
                RemoveAll(run);
            }
        }
    }

    /// <summary>Counts an attempt that runs there already, as after a restart.</summary>
    public void Occupy(InstanceUse use, string tenant)
    {
        lock (_lock)
        {
            Count(use, _tenants.Of(tenant), +1);
        }
    }

    /// <summary>A reservation came to nothing.</summary>
    public void Release(Instance instance, string tenant) => Release(instance.Use, tenant);

    /// <summary>An attempt has ended, or a reservation came to nothing.</summary>
    public void Release(InstanceUse use, string tenant)
    {
        RoleDesk role;
        List<RoleDesk>? others = null;
        lock (_lock)
        {
            var share = _tenants.Of(tenant);
            Count(use, share, -1);
            role = RoleOf(use.Role);
            if (share.Parked.Count > 0 && !share.IsAtLimit)
            {
                others = TenantShares.Return(share, _roles.Values);
            }
        }

        Pump(role);
        others?.ForEach(Pump);
    }

    /// <summary>What waits for each role here, and what could take it.</summary>
    public IReadOnlyDictionary<string, RoleDepth> Depths()
    {
        lock (_lock)
        {
            return _roles.Values.ToDictionary(role => role.Name, RoleDepth.Of, StringComparer.Ordinal);
        }
    }

    public void Dispose()
    {
        _registry.Changed -= OnChanged;
        _sweep.Dispose();
        _later.Dispose();
        Deadlines.Dispose();
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private RoleDesk RoleOf(string name)
    {
        if (!_roles.TryGetValue(name, out var role))
        {
            _roles[name] = role = new RoleDesk(name, _options.RoleLimits.GetValueOrDefault(name));
            role.SetInstances(InstancesOf(name));
        }

        return role;
    }

    private Instance[] InstancesOf(string role) => [.. _registry.All.Where(instance => instance.Contract.Role == role)];

    private void OnChanged(Instance instance)
    {
        RoleDesk role;
        lock (_lock)
        {
            role = RoleOf(instance.Contract.Role);
            role.SetInstances(InstancesOf(role.Name));
        }

        Pump(role);
    }

    private void Count(InstanceUse use, TenantShare tenant, int by)
    {
        use.Count(by);
        tenant.Running += by;
        RoleOf(use.Role).Running += by;
    }

    // One at a time hands out the tasks of a role: a refusal in the middle, which frees an instance, comes back to the
    // same loop instead of going down the stack.
    private void Pump(RoleDesk role)
    {
        lock (_lock)
        {
            if (role.IsPumping)
            {
                return;
            }

            role.IsPumping = true;
        }

        while (Take(role, out var instance) is { } waiting)
        {
            Assign(waiting, instance!);
        }
    }

    // The last look and the end of handing out are one step, so that no change falls between them.
    private WaitingTask? Take(RoleDesk role, out Instance? instance)
    {
        lock (_lock)
        {
            if (role.Next(out instance) is not { } waiting)
            {
                role.IsPumping = false;
                return null;
            }

            Count(instance!.Use, waiting.Run.Tenant, +1);
            Remove(waiting, served: true);
            return waiting;
        }
    }

    private void Assign(WaitingTask waiting, Instance instance)
    {
        var tenant = waiting.Run.Tenant.Name;
        Mailbox!.Post(
            waiting.Run.RunId,
            new RunInput.Assign(waiting.TaskId, instance.Id, instance.Name, Epoch: 0, Deadline(waiting.TimeLimit, instance)),
            refused: () => Release(instance, tenant));
    }

    private DateTimeOffset Deadline(int timeLimit, Instance instance)
    {
        var seconds = timeLimit > 0 ? timeLimit
            : instance.Contract.Limits?.DefaultTimeLimit is > 0 and var contract ? contract
            : _options.DefaultTimeLimitSeconds;
        return _time.GetUtcNow().AddSeconds(seconds);
    }

    private void Remove(WaitingTask waiting, bool served, bool keepsRun = false)
    {
        if (!waiting.IsLater)
        {
            waiting.Lane.Leave(waiting, served);
        }

        waiting.IsOut = true;
        var run = waiting.Run;
        run.Remove(waiting);
        run.Tenant.Waiting--;
        _waiting--;
        if (run.Count == 0 && !keepsRun)
        {
            _runs.Remove(run.RunId);
        }
    }

    private void RemoveAll(RunWaiting run)
    {
        while (run.First is { } waiting)
        {
            Remove(waiting, served: false);
        }
    }

    private void EnterDue()
    {
        var roles = new HashSet<RoleDesk>();
        lock (_lock)
        {
            var now = Now();
            while (_later.Take(now) is { } waiting)
            {
                waiting.EnteredAt = now;
                waiting.IsLater = false;
                waiting.Lane.Enter(waiting);
                roles.Add(waiting.Lane.Role);
            }
        }

        foreach (var role in roles)
        {
            Pump(role);
        }
    }

    // Instances that fell silent are lost; tasks that nobody can do say so once, and in the end fail.
    private void Sweep()
    {
        _registry.Sweep();
        var told = new NobodyTold(_options);
        lock (_lock)
        {
            var now = Now();
            foreach (var role in _roles.Values)
            {
                foreach (var lane in role.Lanes)
                {
                    told.Look(lane, now);
                }
            }

            foreach (var task in told.GivenUp)
            {
                Remove(task, served: false);
            }

            _tenants.Prune();
        }

        foreach (var (runId, input) in told.Inputs)
        {
            Mailbox!.Post(runId, input);
        }
    }
}

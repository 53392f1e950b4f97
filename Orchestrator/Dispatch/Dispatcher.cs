using Microsoft.Extensions.Options;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Brings queued tasks and instances with room together: highest priority first, then oldest; least loaded instance.</summary>
/// <remarks>
/// One lane per role and task type. A task leaves its lane when an instance is reserved for it; the reservation becomes
/// an attempt when the run's processor has recorded it, and is given back when the processor refuses.
/// </remarks>
internal sealed class Dispatcher : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Role, string TaskType), Lane> _lanes = [];
    private readonly Dictionary<string, Dictionary<string, WaitingTask>> _waiting = new(StringComparer.Ordinal);
    private readonly AgentRegistry _registry;
    private readonly TimeProvider _time;
    private readonly DispatchOptions _options;
    private readonly ITimer _sweep;
    private long _sequence;

    public Dispatcher(AgentRegistry registry, TimeProvider time, IOptions<DispatchOptions> options)
    {
        _registry = registry;
        _time = time;
        _options = options.Value;
        _registry.Changed += instance => Pump(instance.Contract.Role);
        var period = TimeSpan.FromSeconds(Math.Min(1, _options.HeartbeatSeconds));
        _sweep = time.CreateTimer(_ => Sweep(), null, period, period);
    }

    /// <summary>Where assignments go. Set once, before the first offer.</summary>
    public IRunMailbox? Mailbox { get; set; }

    /// <summary>Puts a task into its lane; now, or when its time has come. One that is there already is replaced.</summary>
    public void Offer(QueuedTask task)
    {
        var waiting = new WaitingTask(task);
        var delay = task.NotBefore - _time.GetUtcNow();
        lock (_lock)
        {
            if (!_waiting.TryGetValue(task.RunId, out var tasks))
            {
                _waiting[task.RunId] = tasks = new Dictionary<string, WaitingTask>(StringComparer.Ordinal);
            }

            if (tasks.TryGetValue(task.TaskId, out var old))
            {
                old.Leave();
            }

            tasks[task.TaskId] = waiting;
        }

        if (delay > TimeSpan.Zero)
        {
            waiting.Timer = _time.CreateTimer(_ => Enter(waiting), null, delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Enter(waiting);
        }
    }

    /// <summary>
    /// Reserves a place for a task that has just become ready, when nobody waits before it: it then needs no place in the
    /// queue at all.
    /// </summary>
    /// <returns>The place, which counts as taken, and when the attempt's time is up; null: the task must wait.</returns>
    public (Instance Instance, DateTimeOffset Deadline)? TryReserve(QueuedTask task)
    {
        lock (_lock)
        {
            if (_lanes.TryGetValue((task.Role, task.TaskType), out var lane) && lane.Head(out _) is not null)
            {
                return null;
            }

            if (Choose(task.Role, task.TaskType, task.Avoid) is not { } instance)
            {
                return null;
            }

            instance.Running++;
            return (instance, _time.GetUtcNow() + TimeLimit(task, instance));
        }
    }

    /// <summary>Takes a task out; unknown ones are ignored.</summary>
    public void Withdraw(string runId, string taskId)
    {
        lock (_lock)
        {
            Remove(runId, taskId)?.Leave();
        }
    }

    /// <summary>Takes out all tasks of the runs that are meant, as when their partition has gone to another replica.</summary>
    public void WithdrawAll(Func<string, bool> isMeant)
    {
        lock (_lock)
        {
            foreach (var runId in _waiting.Keys.Where(isMeant).ToList())
            {
                _waiting.Remove(runId, out var tasks);
                foreach (var waiting in tasks!.Values)
                {
                    waiting.Leave();
                }
            }
        }
    }

    /// <summary>Counts an attempt that runs there already, as after a restart.</summary>
    public void Occupy(Instance instance)
    {
        lock (_lock)
        {
            instance.Running++;
        }
    }

    /// <summary>An attempt has ended, or a reservation came to nothing.</summary>
    public void Release(Instance instance)
    {
        lock (_lock)
        {
            instance.Running--;
        }

        Pump(instance.Contract.Role);
    }

    public void Dispose() => _sweep.Dispose();

    private void Enter(WaitingTask waiting)
    {
        lock (_lock)
        {
            if (waiting.Gone)
            {
                return;
            }

            waiting.Timer?.Dispose();
            waiting.Timer = null;
            LaneOf(waiting).Queue.Enqueue(waiting, (9 - waiting.Task.Priority, _sequence++));
        }

        Pump(waiting.Task.Role);
    }

    private void Pump(string role)
    {
        while (Match(role) is { } match)
        {
            var (waiting, instance) = match;
            var deadline = _time.GetUtcNow() + TimeLimit(waiting.Task, instance);
            Mailbox!.Post(
                waiting.Task.RunId,
                new RunInput.Assign(waiting.Task.TaskId, instance.Id, instance.Name, Epoch: 0, deadline),
                refused: () => Release(instance));
        }
    }

    private TimeSpan TimeLimit(QueuedTask task, Instance instance)
    {
        var seconds = task.TimeLimit is > 0 and var own ? own
            : instance.Contract.Limits?.DefaultTimeLimit is > 0 and var contract ? contract
            : _options.DefaultTimeLimitSeconds;
        return TimeSpan.FromSeconds(seconds);
    }

    private (WaitingTask Task, Instance Instance)? Match(string role)
    {
        lock (_lock)
        {
            (Lane Lane, Instance Instance, (int, long) Rank)? best = null;
            foreach (var (key, lane) in _lanes)
            {
                if (key.Role == role && lane.Head(out var rank) is { } head && (best is null || rank.CompareTo(best.Value.Rank) < 0)
                    && Choose(key.Role, key.TaskType, head.Task.Avoid) is { } instance)
                {
                    best = (lane, instance, rank);
                }
            }

            if (best is not { } chosen)
            {
                return null;
            }

            var task = chosen.Lane.Queue.Dequeue();
            Remove(task.Task.RunId, task.Task.TaskId);
            chosen.Instance.Running++;
            return (task, chosen.Instance);
        }
    }

    // The least loaded instance that can do it; one to avoid only when there is no other at all.
    private Instance? Choose(string role, string taskType, string avoid)
    {
        Instance? best = null;
        var others = false;
        foreach (var instance in _registry.All)
        {
            if (instance.Contract.Role != role || instance.Health != InstanceHealth.Alive || instance.CapabilityFor(taskType) is null)
            {
                continue;
            }

            others |= instance.Id != avoid;
            if (instance.HasRoom && (best is null || best.Id == avoid || (instance.Id != avoid && instance.Load < best.Load)))
            {
                best = instance;
            }
        }

        return best?.Id == avoid && others ? null : best;
    }

    private WaitingTask? Remove(string runId, string taskId)
    {
        if (!_waiting.TryGetValue(runId, out var tasks) || !tasks.Remove(taskId, out var waiting))
        {
            return null;
        }

        if (tasks.Count == 0)
        {
            _waiting.Remove(runId);
        }

        return waiting;
    }

    private Lane LaneOf(WaitingTask waiting)
    {
        if (!_lanes.TryGetValue((waiting.Task.Role, waiting.Task.TaskType), out var lane))
        {
            _lanes[(waiting.Task.Role, waiting.Task.TaskType)] = lane = new Lane();
        }

        return lane;
    }

    // Instances that fell silent are lost; tasks that nobody can do say so, and in the end fail.
    private void Sweep()
    {
        _registry.Sweep();
        var now = _time.GetUtcNow();
        List<WaitingTask> held;
        lock (_lock)
        {
            held = [.. _waiting.Values.SelectMany(tasks => tasks.Values).Where(waiting => waiting.Timer is null && !_registry.All.Any(instance =>
                instance.Contract.Role == waiting.Task.Role && instance.Health == InstanceHealth.Alive && instance.CapabilityFor(waiting.Task.TaskType) is not null))];
        }

        foreach (var waiting in held)
        {
            var reason = _registry.All.Any(instance => instance.Contract.Role == waiting.Task.Role)
                ? $"no instance of the role '{waiting.Task.Role}' that is alive does '{waiting.Task.TaskType}'"
                : $"no agent of the role '{waiting.Task.Role}' has joined";
            waiting.HeldSince ??= now;
            if (now - waiting.HeldSince < TimeSpan.FromSeconds(_options.NoAgentSeconds))
            {
                Mailbox!.Post(waiting.Task.RunId, new RunInput.Hold(waiting.Task.TaskId, $"Waits: {reason}."));
                continue;
            }

            Withdraw(waiting.Task.RunId, waiting.Task.TaskId);
            Mailbox!.Post(waiting.Task.RunId, new RunInput.GiveUp(waiting.Task.TaskId, new Failure
            {
                Code = FailureCodes.NoAgent,
                Message = $"For {_options.NoAgentSeconds:0.#} s {reason}.",
                FailureClass = FailureClass.Permanent,
            }));
        }
    }

    private sealed class Lane
    {
        public PriorityQueue<WaitingTask, (int, long)> Queue { get; } = new();

        public WaitingTask? Head(out (int, long) rank)
        {
            while (Queue.TryPeek(out var head, out rank))
            {
                if (!head.Gone)
                {
                    return head;
                }

                Queue.Dequeue();
            }

            return null;
        }
    }

    private sealed class WaitingTask(QueuedTask task)
    {
        public QueuedTask Task => task;

        public DateTimeOffset? HeldSince { get; set; }

        public ITimer? Timer { get; set; }

        public bool Gone { get; private set; }

        public void Leave()
        {
            Gone = true;
            Timer?.Dispose();
        }
    }
}

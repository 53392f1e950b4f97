using Microsoft.Extensions.Options;
using Orchestrator.Processing;
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
    private readonly Dictionary<RunProcessor, Dictionary<string, WaitingTask>> _waiting = [];
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

    /// <summary>Puts a task into its lane; now, or when its time has come.</summary>
    public void Offer(RunProcessor run, RunCommand.Offer offer, TaskNode task)
    {
        var waiting = new WaitingTask(run, offer.TaskId, offer.Role, task.Definition.TaskType, offer.Priority)
        {
            TimeLimit = task.Definition.TimeLimit,
            // A retry goes elsewhere when there is an elsewhere.
            Avoid = task.LastFailure is { } failure && RetryRules.IsLoss(failure) ? task.InstanceId : "",
        };
        var delay = offer.NotBefore - _time.GetUtcNow();
        lock (_lock)
        {
            if (!_waiting.TryGetValue(run, out var tasks))
            {
                _waiting[run] = tasks = new Dictionary<string, WaitingTask>(StringComparer.Ordinal);
            }

            tasks[offer.TaskId] = waiting;
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

    /// <summary>Takes a task out; unknown ones are ignored.</summary>
    public void Withdraw(RunProcessor run, string taskId)
    {
        lock (_lock)
        {
            Remove(run, taskId)?.Leave();
        }
    }

    /// <summary>Takes out all tasks of a run.</summary>
    public void WithdrawAll(RunProcessor run)
    {
        lock (_lock)
        {
            if (_waiting.Remove(run, out var tasks))
            {
                foreach (var waiting in tasks.Values)
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
            LaneOf(waiting).Queue.Enqueue(waiting, (9 - waiting.Priority, _sequence++));
        }

        Pump(waiting.Role);
    }

    private void Pump(string role)
    {
        while (Match(role) is { } match)
        {
            var (waiting, instance) = match;
            var deadline = _time.GetUtcNow() + TimeLimit(waiting, instance);
            waiting.Run.Post(
                new RunInput.Assign(waiting.TaskId, instance.Id, instance.Name, waiting.Run.Epoch, deadline),
                refused: () => Release(instance));
        }
    }

    private TimeSpan TimeLimit(WaitingTask waiting, Instance instance)
    {
        var seconds = waiting.TimeLimit is > 0 and var own ? own
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
                    && Choose(key.Role, key.TaskType, head.Avoid) is { } instance)
                {
                    best = (lane, instance, rank);
                }
            }

            if (best is not { } chosen)
            {
                return null;
            }

            var task = chosen.Lane.Queue.Dequeue();
            Remove(task.Run, task.TaskId);
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

    private WaitingTask? Remove(RunProcessor run, string taskId)
    {
        if (!_waiting.TryGetValue(run, out var tasks) || !tasks.Remove(taskId, out var waiting))
        {
            return null;
        }

        if (tasks.Count == 0)
        {
            _waiting.Remove(run);
        }

        return waiting;
    }

    private Lane LaneOf(WaitingTask waiting)
    {
        if (!_lanes.TryGetValue((waiting.Role, waiting.TaskType), out var lane))
        {
            _lanes[(waiting.Role, waiting.TaskType)] = lane = new Lane();
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
                instance.Contract.Role == waiting.Role && instance.Health == InstanceHealth.Alive && instance.CapabilityFor(waiting.TaskType) is not null))];
        }

        foreach (var waiting in held)
        {
            var reason = _registry.All.Any(instance => instance.Contract.Role == waiting.Role)
                ? $"no instance of the role '{waiting.Role}' that is alive does '{waiting.TaskType}'"
                : $"no agent of the role '{waiting.Role}' has joined";
            waiting.HeldSince ??= now;
            if (now - waiting.HeldSince < TimeSpan.FromSeconds(_options.NoAgentSeconds))
            {
                waiting.Run.Post(new RunInput.Hold(waiting.TaskId, $"Waits: {reason}."));
                continue;
            }

            Withdraw(waiting.Run, waiting.TaskId);
            waiting.Run.Post(new RunInput.GiveUp(waiting.TaskId, new Failure
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

    private sealed class WaitingTask(RunProcessor run, string taskId, string role, string taskType, int priority)
    {
        public RunProcessor Run => run;

        public string TaskId => taskId;

        public string Role => role;

        public string TaskType => taskType;

        public int Priority => priority;

        /// <summary>Seconds; 0: the task does not say.</summary>
        public int TimeLimit { get; init; }

        public string Avoid { get; init; } = "";

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

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Dispatch;

/// <summary>A dispatcher with its registry, and a mailbox that takes all that it is given.</summary>
internal sealed class Desk : IRunMailbox, IDisposable
{
    private readonly Dictionary<string, JoinedStream> _joined = [];

    public Desk(Action<DispatchOptions>? configure = null)
    {
        var options = new DispatchOptions { HeartbeatSeconds = 0.05, LivenessSeconds = 3600 };
        configure?.Invoke(options);
        Registry = new AgentRegistry(new Replica(), TimeProvider.System, Options.Create(options), NullLogger<AgentRegistry>.Instance);
        Dispatcher = new Dispatcher(Registry, TimeProvider.System, Options.Create(options)) { Mailbox = this };
    }

    public AgentRegistry Registry { get; }

    public Dispatcher Dispatcher { get; }

    /// <summary>All that was posted, in order, as <c>run/task</c> and input.</summary>
    public List<(string Run, RunInput Input)> Posted { get; } = [];

    /// <summary>What is answered to an assignment; by default it is accepted.</summary>
    public Func<RunInput, bool> Accepts { get; set; } = _ => true;

    public List<string> Assigned
    {
        get
        {
            lock (Posted)
            {
                return [.. Posted.Where(post => post.Input is RunInput.Assign).Select(post => $"{post.Run}/{((RunInput.Assign)post.Input).TaskId}")];
            }
        }
    }

    public List<T> Inputs<T>()
        where T : RunInput
    {
        lock (Posted)
        {
            return [.. Posted.Select(post => post.Input).OfType<T>()];
        }
    }

    public Instance Join(string id, int capacity = 1, string role = "worker", params string[] taskTypes)
    {
        var joined = Registry.Join(Registration(id, capacity, role, taskTypes), "", out var conflict);
        conflict.ShouldBe("");
        _joined[id] = joined!;
        return joined!.Instance;
    }

    public void Heartbeat(string id, int running, int capacity = 0) =>
        Registry.Heard(_joined[id], new Heartbeat { Running = running, Capacity = capacity, Healthy = true });

    public void Leave(string id) => Registry.Leave(_joined[id], "it left");

    public static Registration Registration(string id, int capacity = 1, string role = "worker", params string[] taskTypes)
    {
        var contract = new AgentContract { Role = role, Version = "1.0.0", Limits = new AgentLimits { MaxParallel = capacity } };
        contract.Capabilities.Add((taskTypes.Length == 0 ? ["work"] : taskTypes).Select(type => new Capability { TaskType = type }));
        return new Registration { IncarnationId = id, InstanceName = id, Url = "http://127.0.0.1:9", Contract = contract };
    }

    public void Offer(string run, string task, int priority = 5, string tenant = "t", string role = "worker", string type = "work", string avoid = "", TimeSpan after = default) =>
        Dispatcher.Offer(new QueuedTask(run, task, role, type, priority)
        {
            Tenant = tenant,
            Avoid = avoid,
            NotBefore = after > TimeSpan.Zero ? TimeProvider.System.GetUtcNow() + after : default,
        });

    /// <summary>Hands out all that waits, one at a time by one instance, and tells the order.</summary>
    public List<string> Drain(Instance instance, string tenant = "t")
    {
        var count = -1;
        while (Assigned.Count > count)
        {
            count = Assigned.Count;
            Dispatcher.Release(instance, tenant);
        }

        return Assigned;
    }

    public void Post(string runId, RunInput input, Action? refused = null)
    {
        lock (Posted)
        {
            Posted.Add((runId, input));
        }

        if (!Accepts(input))
        {
            refused?.Invoke();
        }
    }

    public void Dispose()
    {
        Dispatcher.Dispose();
        Registry.Dispose();
    }
}

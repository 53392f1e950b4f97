using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>The instances that have joined this replica.</summary>
internal sealed class AgentRegistry(TimeProvider time, IOptions<DispatchOptions> options, ILogger<AgentRegistry> logger) : IAgentDirectory, IDisposable
{
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly Lock _joining = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised after an instance joined, left, or changed what it can take.</summary>
    public event Action<Instance>? Changed;

    public ICollection<Instance> All => _instances.Values;

    public Instance? Find(string instanceId) => _instances.GetValueOrDefault(instanceId);

    /// <inheritdoc/>
    public IReadOnlyList<AgentInstance> List(string? role) =>
        [.. _instances.Values.Where(instance => string.IsNullOrEmpty(role) || instance.Contract.Role == role)
            .OrderBy(instance => instance.Contract.Role, StringComparer.Ordinal).ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .Select(instance => instance.View())];

    /// <summary>Takes an instance in; one with the same incarnation is replaced.</summary>
    /// <param name="registration">Has passed <see cref="ContractRules.Violations"/>.</param>
    /// <param name="conflict">Why it was refused.</param>
    /// <returns>Null when it was refused.</returns>
    public Instance? Join(Registration registration, out string conflict)
    {
        Instance? old;
        Instance instance;
        lock (_joining)
        {
            conflict = _instances.Values
                .Where(there => there.Id != registration.IncarnationId && there.Health is InstanceHealth.Alive or InstanceHealth.Unhealthy)
                .Select(there => ContractRules.Conflict(registration.Contract, there.Contract)).FirstOrDefault(found => found is not null) ?? "";
            if (conflict.Length > 0)
            {
                DispatchLog.Refused(logger, registration.InstanceName, registration.Contract.Role, conflict);
                return null;
            }

            instance = new Instance(registration.IncarnationId, registration, time.GetUtcNow(), logger);
            old = _instances.GetValueOrDefault(instance.Id);
            _instances[instance.Id] = instance;
        }

        old?.MarkGone(InstanceHealth.Lost);
        DispatchLog.Joined(logger, instance.Name, instance.Id, instance.Contract.Role, registration.Url);
        Announce(instance);
        return instance;
    }

    public void Heard(Instance instance, Heartbeat heartbeat)
    {
        instance.LastSeenAt = time.GetUtcNow();
        var health = instance.Health is InstanceHealth.Draining ? InstanceHealth.Draining
            : heartbeat.Healthy ? InstanceHealth.Alive : InstanceHealth.Unhealthy;
        var changed = health != instance.Health || (heartbeat.Capacity > 0 && heartbeat.Capacity != instance.Capacity);
        instance.Health = health;
        instance.Note = heartbeat.Note;
        instance.Capacity = heartbeat.Capacity > 0 ? heartbeat.Capacity : instance.Capacity;
        if (changed)
        {
            Announce(instance);
        }
    }

    public void Drain(Instance instance, string reason)
    {
        instance.Health = InstanceHealth.Draining;
        instance.Note = reason;
        Announce(instance);
    }

    /// <summary>The instance's stream has ended: it is gone, unless it has joined again meanwhile.</summary>
    public void Leave(Instance instance, string reason)
    {
        if (((ICollection<KeyValuePair<string, Instance>>)_instances).Remove(new KeyValuePair<string, Instance>(instance.Id, instance)))
        {
            DispatchLog.Left(logger, instance.Name, instance.Id, instance.Contract.Role, reason);
        }

        instance.MarkGone(instance.Health == InstanceHealth.Draining ? InstanceHealth.Draining : InstanceHealth.Lost);
        Announce(instance);
    }

    /// <summary>Waits until an instance is there that may be attached to.</summary>
    /// <returns>Null when it did not come within the time.</returns>
    public async Task<Instance?> WaitForAsync(string instanceId, TimeSpan within, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Find(instanceId) is { } instance)
            {
                return instance;
            }

            try
            {
                await changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Instances not heard of for the liveness window are lost.</summary>
    public void Sweep()
    {
        var limit = time.GetUtcNow() - options.Value.Liveness;
        foreach (var instance in _instances.Values.Where(instance => instance.LastSeenAt < limit))
        {
            Leave(instance, $"not heard of for {options.Value.LivenessSeconds} s");
        }
    }

    public void Dispose()
    {
        foreach (var instance in _instances.Values)
        {
            instance.Dispose();
        }
    }

    private void Announce(Instance instance)
    {
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Changed?.Invoke(instance);
    }
}

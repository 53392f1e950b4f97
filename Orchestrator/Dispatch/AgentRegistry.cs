using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;
using Transport;

namespace Orchestrator.Dispatch;

/// <summary>The instances that have joined this replica, and those that other replicas say have joined them.</summary>
internal sealed class AgentRegistry(Replica replica, TimeProvider time, IOptions<DispatchOptions> options, ILogger<AgentRegistry> logger, TransportCredentials? credentials = null) : IAgentDirectory, IDisposable
{
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, InstanceUse> _uses = new(StringComparer.Ordinal);
    private readonly Lock _joining = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised after an instance joined, left, or changed what it can take.</summary>
    public event Action<Instance>? Changed;

    public ICollection<Instance> All => _instances.Values;

    public Instance? Find(string instanceId) => _instances.GetValueOrDefault(instanceId);

    /// <summary>What an incarnation has to do, there or gone; null when it is gone and has nothing to do for us.</summary>
    public InstanceUse? UseOf(string instanceId) => _uses.GetValueOrDefault(instanceId);

    /// <inheritdoc/>
    public IReadOnlyList<AgentInstance> List(string? role) =>
        [.. _instances.Values.Where(instance => string.IsNullOrEmpty(role) || instance.Contract.Role == role)
            .OrderBy(instance => instance.Contract.Role, StringComparer.Ordinal).ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .Select(instance => instance.View())];

    /// <summary>Takes an instance in. One that is known by its incarnation, from this replica or another, goes on as it is.</summary>
    /// <param name="registration">Has passed <see cref="ContractRules.Violations"/>.</param>
    /// <param name="conflict">Why it was refused.</param>
    /// <returns>Null when it was refused.</returns>
    public JoinedStream? Join(Registration registration, out string conflict)
    {
        Instance? old;
        JoinedStream? earlier;
        JoinedStream joined;
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

            old = Find(registration.IncarnationId);
            var instance = old is { IsGone: false } && old.Registration.Equals(registration) ? old : Create(registration);
            joined = new JoinedStream(instance);
            earlier = instance.Joined;
            instance.Joined = joined;
            instance.LastSeenAt = time.GetUtcNow();
            instance.Health = InstanceHealth.Alive;
            instance.Note = "";
            _instances[instance.Id] = instance;
            old = old == instance ? null : old;
        }

        earlier?.End();
        old?.MarkGone(InstanceHealth.Lost);
        DispatchLog.Joined(logger, joined.Instance.Name, joined.Instance.Id, joined.Instance.Contract.Role, registration.Url);
        Announce(joined.Instance);
        return joined;
    }

    public void Heard(JoinedStream joined, Heartbeat heartbeat)
    {
        var instance = joined.Instance;
        if (instance.Joined != joined)
        {
            return;
        }

        instance.LastSeenAt = time.GetUtcNow();
        var health = instance.Health is InstanceHealth.Draining ? InstanceHealth.Draining
            : heartbeat.Healthy ? InstanceHealth.Alive : InstanceHealth.Unhealthy;
        var changed = health != instance.Health || (heartbeat.Capacity > 0 && heartbeat.Capacity != instance.Capacity);
        instance.Health = health;
        instance.Note = health == InstanceHealth.Draining ? instance.Note : heartbeat.Note;
        if (instance.Told(heartbeat.Running, heartbeat.Capacity) || changed)
        {
            Announce(instance);
        }
    }

    public void Drain(JoinedStream joined, string reason)
    {
        joined.Instance.Health = InstanceHealth.Draining;
        joined.Instance.Note = reason;
        Announce(joined.Instance);
    }

    /// <summary>A stream has ended: its instance is gone, unless it has joined again meanwhile, here or at another replica.</summary>
    public void Leave(JoinedStream joined, string reason)
    {
        var instance = joined.Instance;
        InstanceRecord? record;
        bool isOut;
        lock (_joining)
        {
            if (instance.Joined != joined)
            {
                return;
            }

            instance.Joined = null;
            record = instance.Record;
            isOut = record is null && TakeOut(instance);
        }

        joined.End();
        if (record is not null)
        {
            Follow(record);
        }
        else
        {
            Gone(instance, isOut ? reason : null);
        }
    }

    /// <summary>What other replicas say of the instances that joined them.</summary>
    public void Follow(IReadOnlyCollection<InstanceRecord> records)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (record.ReplicaId != replica.Id && said.Add(record.Registration.IncarnationId))
            {
                Follow(record);
            }
        }

        foreach (var instance in _instances.Values.Where(instance => !said.Contains(instance.Id)))
        {
            bool isOut;
            lock (_joining)
            {
                instance.Record = null;
                isOut = instance.Joined is null && TakeOut(instance);
            }

            if (isOut)
            {
                Gone(instance, "its replica no longer says that it is there");
            }
        }
    }

    /// <summary>An attempt failed there.</summary>
    public void Failed(Instance instance, string code)
    {
        if (!Quarantine.IsOwnFault(code))
        {
            Proved(instance);
            return;
        }

        var isLast = !_instances.Values.Any(other => other != instance && other.Contract.Role == instance.Contract.Role && other.TakesWork);
        if (instance.Quarantine.Failed(code, time.GetUtcNow(), mayLeaveOut: code != FailureCodes.InvalidOutput || !isLast))
        {
            DispatchLog.Quarantined(logger, instance.Name, instance.Contract.Role, instance.Quarantine.Note);
            Announce(instance);
        }
    }

    /// <summary>An attempt ended there as it should.</summary>
    public void Proved(Instance instance)
    {
        if (instance.Quarantine.Proved())
        {
            DispatchLog.Proved(logger, instance.Name, instance.Contract.Role);
            Announce(instance);
        }
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

    /// <summary>Instances not heard of for the liveness window are lost; those whose quarantine is over are asked whether they answer.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var instance in _instances.Values)
        {
            if (instance.Joined is { } joined && instance.LastSeenAt < now - options.Value.Liveness)
            {
                Leave(joined, $"not heard of for {options.Value.LivenessSeconds} s");
            }
            else if (instance.Quarantine.IsDue(now))
            {
                _ = ProbeAsync(instance);
            }
        }

        lock (_joining)
        {
            foreach (var (id, use) in _uses)
            {
                if (use.Running == 0 && !_instances.ContainsKey(id))
                {
                    _uses.TryRemove(id, out _);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var instance in _instances.Values)
        {
            instance.Dispose();
        }
    }

    // Under the lock of joining.
    private Instance Create(Registration registration)
    {
        if (!_uses.TryGetValue(registration.IncarnationId, out var use) || use.Role != registration.Contract.Role)
        {
            var quarantine = new Quarantine(options.Value.QuarantineAfter, TimeSpan.FromSeconds(options.Value.QuarantineSeconds));
            _uses[registration.IncarnationId] = use = new InstanceUse(registration.Contract.Role, quarantine);
        }

        return new Instance(registration, time.GetUtcNow(), use, credentials, logger);
    }

    private void Follow(InstanceRecord record)
    {
        Instance? instance;
        bool changed;
        lock (_joining)
        {
            instance = Find(record.Registration.IncarnationId);
            changed = instance is null;
            if (instance is null)
            {
                instance = Create(record.Registration);
                _instances[instance.Id] = instance;
                DispatchLog.JoinedElsewhere(logger, instance.Name, instance.Id, instance.Contract.Role, record.ReplicaId);
            }

            var isNews = !record.Equals(instance.Record);
            instance.Record = record;
            if (instance.Joined is not null)
            {
                return;
            }

            instance.LastSeenAt = isNews ? time.GetUtcNow() : instance.LastSeenAt;
            changed |= instance.Health != record.Health || instance.Capacity != record.Capacity;
            instance.Health = record.Health;
            instance.Note = record.Note;
            changed |= isNews && instance.Told(record.Running, record.Capacity);
        }

        if (changed)
        {
            Announce(instance);
        }
    }

    // Under the lock of joining: who joins afterwards finds it gone and is taken in anew.
    private bool TakeOut(Instance instance) =>
        ((ICollection<KeyValuePair<string, Instance>>)_instances).Remove(new KeyValuePair<string, Instance>(instance.Id, instance));

    // No reason: another took its place, and was announced.
    private void Gone(Instance instance, string? reason)
    {
        if (reason is not null)
        {
            DispatchLog.Left(logger, instance.Name, instance.Id, instance.Contract.Role, reason);
        }

        instance.MarkGone(instance.Health == InstanceHealth.Draining ? InstanceHealth.Draining : InstanceHealth.Lost);
        Announce(instance);
    }

    private async Task ProbeAsync(Instance instance)
    {
        var found = await instance.CheckHealthAsync(CancellationToken.None);
        instance.Quarantine.Probed(found == Instance.Answers, time.GetUtcNow());
        DispatchLog.Probed(logger, instance.Name, instance.Contract.Role, found);
        Announce(instance);
    }

    private void Announce(Instance instance)
    {
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Changed?.Invoke(instance);
    }
}

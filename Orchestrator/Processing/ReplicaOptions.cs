using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Processing;

/// <summary>How replicas share the runs: configuration section <c>Replicas</c>. The same for all replicas.</summary>
internal sealed class ReplicaOptions
{
    /// <summary>Seconds after which a lease that is not renewed lets others in.</summary>
    [Range(0.5, 300)]
    public double LeaseSeconds { get; set; } = 5;

    /// <summary>Seconds between two renewals.</summary>
    [Range(0.05, 60)]
    public double RenewSeconds { get; set; } = 1;

    /// <summary>Seconds that the processor of a run stays in memory after its last input when nothing of it is in flight.</summary>
    [Range(0, 3600)]
    public double IdleSeconds { get; set; } = 2;

    /// <summary>Seconds that a client's request waits for the replica that owns the run.</summary>
    [Range(0.1, 300)]
    public double CommandSeconds { get; set; } = 20;

    /// <summary>Days after its end after which a run is deleted. 0: never.</summary>
    [Range(0, 36500)]
    public double RetentionDays { get; set; }

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public TimeSpan Renew => TimeSpan.FromSeconds(RenewSeconds);

    public TimeSpan Idle => TimeSpan.FromSeconds(IdleSeconds);
}

/// <summary>Who this process is among the replicas.</summary>
internal sealed class Replica
{
    /// <summary>New at every start.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>For people.</summary>
    public string Name { get; } = $"{Environment.MachineName}/{Environment.ProcessId}";
}

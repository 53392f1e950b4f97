using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Dispatch;

/// <summary>How tasks reach instances: configuration section <c>Dispatch</c>.</summary>
internal sealed class DispatchOptions
{
    /// <summary>Seconds between two heartbeats of an instance.</summary>
    [Range(0.05, 60)]
    public double HeartbeatSeconds { get; set; } = 1;

    /// <summary>Seconds without a sign of life after which an instance is lost, and its work goes to another.</summary>
    [Range(0.2, 3600)]
    public double LivenessSeconds { get; set; } = 10;

    /// <summary>Seconds that a task waits for an instance that can do it, when there is none at all, before it fails.</summary>
    [Range(0.1, 86400)]
    public double NoAgentSeconds { get; set; } = 60;

    /// <summary>Seconds for one attempt when neither the task nor the contract says.</summary>
    [Range(1, 30 * 86400)]
    public int DefaultTimeLimitSeconds { get; set; } = 600;

    /// <summary>Attempts at a time of a role, for each replica, by role. A role that is not there, or 0: no limit but its instances'.</summary>
    public Dictionary<string, int> RoleLimits { get; } = new(StringComparer.Ordinal);

    /// <summary>Attempts at a time of each tenant, for each replica. 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int TenantRunning { get; set; }

    /// <summary>Tasks that may wait at a replica; beyond, new runs are refused.</summary>
    [Range(1, int.MaxValue)]
    public int MaxWaiting { get; set; } = 100_000;

    /// <summary>Tasks of one tenant that may wait at a replica; beyond, its new runs are refused. 0: no bound of its own.</summary>
    [Range(0, int.MaxValue)]
    public int MaxWaitingPerTenant { get; set; }

    /// <summary>Failures in a row that are an instance's own fault after which it gets no work for a while.</summary>
    [Range(1, 1000)]
    public int QuarantineAfter { get; set; } = 3;

    /// <summary>Seconds that the first quarantine of an instance lasts; each further one twice as long, up to 60 times as long.</summary>
    [Range(0.01, 3600)]
    public double QuarantineSeconds { get; set; } = 5;

    /// <summary>Outputs of more bytes than this become artifacts; the log keeps a reference.</summary>
    [Range(1024, 1 << 20)]
    public int InlineBytes { get; set; } = 32 * 1024;

    /// <summary>The liveness window.</summary>
    public TimeSpan Liveness => TimeSpan.FromSeconds(LivenessSeconds);
}

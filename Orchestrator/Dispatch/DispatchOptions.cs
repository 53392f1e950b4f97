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

    /// <summary>Outputs of more bytes than this become artifacts; the log keeps a reference.</summary>
    [Range(1024, 1 << 20)]
    public int InlineBytes { get; set; } = 32 * 1024;

    /// <summary>The liveness window.</summary>
    public TimeSpan Liveness => TimeSpan.FromSeconds(LivenessSeconds);
}

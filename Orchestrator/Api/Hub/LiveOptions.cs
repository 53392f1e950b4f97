using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Api.Hub;

/// <summary>Settings of the hub, in the section <c>Hub</c>.</summary>
internal sealed class LiveOptions
{
    /// <summary>Subscriptions of one connection at a time. Default: 100.</summary>
    [Range(1, 10_000)]
    public int MaxSubscriptions { get; set; } = 100;

    /// <summary>Milliseconds from one message of a busy run to the next; what comes meanwhile goes together. Default: 250.</summary>
    [Range(0, 10_000)]
    public int IntervalMilliseconds { get; set; } = 250;

    /// <summary>Bytes of a run's newest events that are kept for those who are about to get them; whoever falls behind them is dropped. Default: 1 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int KeepBytes { get; set; } = 1024 * 1024;

    /// <summary>Seconds from one look at runs and approvals to the next, while somebody has subscribed to a project or to approvals. Default: 1.</summary>
    [Range(0.01, 3600)]
    public double LookSeconds { get; set; } = 1;
}

using Orchestrator.Artifacts;
using Orchestrator.Dispatch;
using Orchestrator.Limits;
using Orchestrator.Storage;

namespace Orchestrator.Processing;

/// <summary>What every processor and every attempt of this replica shares.</summary>
internal sealed record RunServices(
    Dispatcher Dispatcher,
    AgentRegistry Registry,
    IRunStore Store,
    AttemptCredentials Credentials,
    IArtifactStore Artifacts,
    DispatchOptions Options,
    TimeProvider Time,
    ILogger Logger,
    Action<RunProcessor> Ended)
{
    /// <summary>Where inputs go that a stopping processor could not take any more.</summary>
    public required IRunMailbox Mailbox { get; init; }

    /// <summary>When which run wants to be woken.</summary>
    public required WakeClock Wakes { get; init; }

    /// <summary>What watchers of this replica get without reading the store.</summary>
    public required RecentEvents Recent { get; init; }

    /// <summary>What tenants may use.</summary>
    public required TenantBudgets Tenants { get; init; }

    /// <summary>What tenants may store.</summary>
    public required ArtifactQuota Quota { get; init; }

    /// <summary>Runs that are made for tasks.</summary>
    public required SubRuns SubRuns { get; init; }
}

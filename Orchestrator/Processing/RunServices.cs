using Orchestrator.Artifacts;
using Orchestrator.Context;
using Orchestrator.Dispatch;

namespace Orchestrator.Processing;

/// <summary>What every processor and every attempt of this replica shares.</summary>
internal sealed record RunServices(
    Dispatcher Dispatcher,
    AgentRegistry Registry,
    StagedContext Staged,
    AttemptCredentials Credentials,
    IArtifactStore Artifacts,
    DispatchOptions Options,
    TimeProvider Time,
    ILogger Logger,
    Action<RunProcessor> Ended);

using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>
/// What the API asks of the engine. Input is checked for size and shape before it arrives here; what it means is
/// judged by the engine. Everything refused is a <see cref="RequestRefusedException"/>.
/// </summary>
internal interface IRunEngine
{
    /// <summary>Starts a run, or answers as before for a known request id.</summary>
    Task<SubmitRunResponse> SubmitAsync(SubmitRunRequest request, Principal principal, CancellationToken cancellationToken);

    /// <summary>The state of a run. NOT_FOUND: none of this id for the principal's tenant.</summary>
    Task<Run> GetAsync(string runId, bool includeOutputs, Principal principal, CancellationToken cancellationToken);

    /// <summary>A task with its output, as planned, and what it is given; before it begins, that is as the plan has it. UNKNOWN_TASK: the run has none of this id.</summary>
    Task<(Run Run, TaskView Task, PlannedTask Definition, Struct Input)> TaskAsync(string runId, string taskId, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Runs of the principal's tenant, newest first.</summary>
    Task<ListRunsResponse> ListAsync(ListRunsRequest request, Principal principal, CancellationToken cancellationToken);

    /// <summary>Every event after a version, once and in order; ends after the run's last event.</summary>
    IAsyncEnumerable<RunEvent> WatchAsync(string runId, long afterVersion, Principal principal, CancellationToken cancellationToken);

    /// <summary>Asks a run to stop. A run that has ended stays as it was.</summary>
    Task<CancelRunResponse> CancelAsync(CancelRunRequest request, Principal principal, CancellationToken cancellationToken);

    /// <summary>Holds a run: nothing new is dispatched.</summary>
    Task<PauseRunResponse> PauseAsync(PauseRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Lets a held run go on.</summary>
    Task<ResumeRunResponse> ResumeAsync(ResumeRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Tells a run something that later attempts are to know.</summary>
    Task<GuideRunResponse> GuideAsync(GuideRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>A new run that takes over what a failed or cancelled one finished.</summary>
    Task<RetryRunResponse> RetryAsync(RetryRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Deletes a run that has ended, with all that belongs to it.</summary>
    Task<DeleteRunResponse> DeleteAsync(DeleteRunRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Decisions that are waited for, oldest first.</summary>
    Task<ListApprovalsResponse> ListApprovalsAsync(ListApprovalsRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Decides an approval.</summary>
    Task<DecideApprovalResponse> DecideAsync(DecideApprovalRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What waits for each role, and what could take it.</summary>
    Task<GetQueueMetricsResponse> QueueAsync(GetQueueMetricsRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>How agents do, over the runs of the principal's tenant.</summary>
    Task<GetAgentMetricsResponse> AgentsAsync(GetAgentMetricsRequest request, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Where tokens, money and attempts of a run went so far.</summary>
    Task<RunCost> CostAsync(string runId, Principal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What a run yielded, after waiting for its end when asked to. FAILED_PRECONDITION: it has not ended.</summary>
    Task<RunResult> GetResultAsync(GetRunResultRequest request, Principal principal, CancellationToken cancellationToken);
}

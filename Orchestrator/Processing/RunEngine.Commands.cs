using Grpc.Core;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

internal sealed partial class RunEngine
{
    /// <inheritdoc/>
    public async Task<CancelRunResponse> CancelAsync(CancelRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var command = new InboxCommand { RunId = request.RunId, RequestId = request.RequestId, Cancel = new CancelCommand { Reason = request.Reason } };
        await SendAsync(command, principal, endedIsFine: true, cancellationToken);
        return new CancelRunResponse { Status = await StateAsync(request.RunId, principal, state => state.Status, cancellationToken) };
    }

    /// <inheritdoc/>
    public async Task<PauseRunResponse> PauseAsync(PauseRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var command = new InboxCommand { RunId = request.RunId, RequestId = request.RequestId, Pause = new PauseCommand { Reason = request.Reason } };
        await SendAsync(command, principal, endedIsFine: false, cancellationToken);
        return new PauseRunResponse { Status = await StateAsync(request.RunId, principal, state => state.ShownStatus, cancellationToken) };
    }

    /// <inheritdoc/>
    public async Task<ResumeRunResponse> ResumeAsync(ResumeRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var command = new InboxCommand { RunId = request.RunId, RequestId = request.RequestId, Resume = new ResumeCommand() };
        await SendAsync(command, principal, endedIsFine: false, cancellationToken);
        return new ResumeRunResponse { Status = await StateAsync(request.RunId, principal, state => state.ShownStatus, cancellationToken) };
    }

    /// <inheritdoc/>
    public async Task<GuideRunResponse> GuideAsync(GuideRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        // Without an id of its own it could not be told from what others say at the same time.
        var requestId = request.RequestId.Length > 0 ? request.RequestId : Guid.NewGuid().ToString("N");
        await SendAsync(new InboxCommand { RunId = request.RunId, RequestId = requestId, Guide = new GuideCommand { Text = request.Text } }, principal, endedIsFine: false, cancellationToken);
        var (status, guided) = await StateAsync(
            request.RunId, principal, state => (state.ShownStatus, state.Guidance.FirstOrDefault(guided => guided.RequestId == requestId)), cancellationToken);
        return guided?.Given.Text == request.Text
            ? new GuideRunResponse { Status = status, Key = guided.Given.Key }
            : throw new RequestRefusedException(StatusCode.AlreadyExists, "REQUEST_ID_USED", $"request_id: '{requestId}' was used for another request.", "request_id");
    }

    /// <inheritdoc/>
    public async Task<DecideApprovalResponse> DecideAsync(DecideApprovalRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var decide = new DecideCommand { TaskId = request.TaskId, Approved = request.Approved, Comment = request.Comment };
        await SendAsync(new InboxCommand { RunId = request.RunId, RequestId = request.RequestId, Decide = decide }, principal, endedIsFine: false, cancellationToken);
        return new DecideApprovalResponse { RunStatus = await StateAsync(request.RunId, principal, state => state.ShownStatus, cancellationToken) };
    }

    /// <inheritdoc/>
    public async Task<RetryRunResponse> RetryAsync(RetryRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var (submitted, plan, adopted) = await StateAsync(request.RunId, principal, old => Again(old, request.RunId, principal), cancellationToken);
        var requestId = request.RequestId.Length > 0 ? $"retry/{request.RunId}/{request.RequestId}" : "";
        using var place = await TakePlaceAsync(requestId, principal.Tenant, cancellationToken);
        var (runId, _, _) = await SubmitAsync(requestId, submitted, plan, adopted, principal, cancellationToken);
        return new RetryRunResponse { RunId = runId, Adopted = adopted.Count };
    }

    /// <inheritdoc/>
    public async Task<DeleteRunResponse> DeleteAsync(DeleteRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        await SendAsync(new InboxCommand { RunId = request.RunId, Delete = new DeleteCommand() }, principal, endedIsFine: false, cancellationToken);
        return new DeleteRunResponse();
    }

    /// <inheritdoc/>
    public async Task<ListApprovalsResponse> ListApprovalsAsync(ListApprovalsRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var found = new List<ApprovalView>();
        var partitions = request.RunId.Length > 0 ? [Partitions.Of(request.RunId, store.PartitionCount)] : Enumerable.Range(0, store.PartitionCount);
        foreach (var partition in partitions)
        {
            found.AddRange(await Available(() => ApprovalsAsync(partition, request, principal, cancellationToken)));
        }

        var response = new ListApprovalsResponse();
        response.Approvals.Add(found.OrderBy(approval => approval.RequestedAt).ThenBy(approval => approval.RunId, StringComparer.Ordinal));
        return response;
    }

    /// <inheritdoc/>
    public async Task<GetQueueMetricsResponse> QueueAsync(GetQueueMetricsRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var depths = (await Available(() => store.ReadQueueDepthsAsync(cancellationToken))).ToDictionary(depth => depth.Role, StringComparer.Ordinal);
        var instances = agents.List(null).ToLookup(instance => instance.Contract.Role, StringComparer.Ordinal);
        var response = new GetQueueMetricsResponse();
        foreach (var role in depths.Keys.Union(instances.Select(group => group.Key), StringComparer.Ordinal).Where(role => request.Role.Length == 0 || role == request.Role).Order(StringComparer.Ordinal))
        {
            if (role == RunLog.ApprovalRole)
            {
                continue;
            }

            var depth = depths.GetValueOrDefault(role);
            var alive = instances[role].Where(instance => instance.Health == InstanceHealth.Alive).ToList();
            response.Roles.Add(new QueueMetrics
            {
                Role = role,
                Depth = depth?.Waiting ?? 0,
                OldestSeconds = depth is null ? 0 : Math.Max(0, Math.Round((now - depth.OldestEnqueuedAt).TotalSeconds, 3)),
                Running = alive.Sum(instance => instance.Running),
                Capacity = alive.Sum(instance => instance.Capacity),
                Instances = alive.Count,
            });
        }

        return response;
    }

    private async Task<List<ApprovalView>> ApprovalsAsync(int partition, ListApprovalsRequest request, Principal principal, CancellationToken ct)
    {
        var found = new List<ApprovalView>();
        await foreach (var entry in store.ReadQueueAsync(partition, RunLog.ApprovalRole, ct))
        {
            if (entry.Tenant == principal.Tenant && (request.RunId.Length == 0 || entry.RunId == request.RunId))
            {
                var approval = ApprovalView.Parser.ParseFrom(entry.Data.Span);
                if (!request.Mine || approval.Deciders.Count == 0 || approval.Deciders.Contains(principal.Name))
                {
                    found.Add(approval);
                }
            }
        }

        return found;
    }

    private static (RunSubmitted Submitted, PlanRequested Plan, IReadOnlyList<TaskAdopted> Adopted) Again(RunState old, string runId, Principal principal)
    {
        if (old.Status is not (State.Failed or State.Cancelled))
        {
            throw new RequestRefusedException(
                StatusCode.FailedPrecondition, RefusalCodes.RunNotEnded,
                $"run_id: run '{runId}' is {States.Name(old.Status)}; only a failed or cancelled run can be tried again.", "run_id");
        }

        var submitted = old.Submitted.Clone();
        submitted.Principal = principal;
        submitted.RetryOf = runId;
        submitted.Parent = null;
        var plan = old.PlanRequest!.Clone();
        if (old.Plan is not null)
        {
            plan.Draft = old.Plan.Clone();
            plan.PlanningTask = null;
            plan.Reason = $"again, after {runId}";
        }

        return (submitted, plan, old.Plan is null ? [] : Adoptions.From(old));
    }

    // A run that has no owner for a moment gets the command when it has one.
    private async Task SendAsync(InboxCommand command, Principal principal, bool endedIsFine, CancellationToken ct)
    {
        await StateAsync(command.RunId, principal, state => state.Version, ct); // NOT_FOUND for another tenant's
        command.Principal = principal;
        var answer = await Available(() => commands.SendAsync(command, ct));
        if (answer.Code.Length > 0 && !(endedIsFine && answer.Code == RefusalCodes.RunEnded))
        {
            var (code, field) = answer.Code switch
            {
                "NOT_A_DECIDER" => (StatusCode.PermissionDenied, "task_id"),
                "UNKNOWN_TASK" => (StatusCode.NotFound, "task_id"),
                _ => (StatusCode.FailedPrecondition, "run_id"),
            };
            throw new RequestRefusedException(code, answer.Code, answer.Message, field);
        }
    }
}

using Grpc.Core;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Dispatch;
using Orchestrator.Limits;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Api.Grpc;

/// <summary>What clients use, over gRPC.</summary>
internal sealed class OrchestratorGrpcService(
    IRunEngine engine, ISchedules schedules, IAgentDirectory agents, PlaybookDesk playbooks, CallerStreams streams, IHostApplicationLifetime lifetime) : OrchestratorService.OrchestratorServiceBase
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    [Needs(Permissions.RunsSubmit)]
    public override Task<SubmitRunResponse> SubmitRun(SubmitRunRequest request, ServerCallContext context) =>
        engine.SubmitAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override async Task<GetRunResponse> GetRun(GetRunRequest request, ServerCallContext context) =>
        new() { Run = await engine.GetAsync(request.RunId, request.IncludeOutputs, Caller(context), context.CancellationToken) };

    [Needs(Permissions.RunsRead)]
    public override Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context) =>
        engine.ListAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override async Task WatchRun(WatchRunRequest request, IServerStreamWriter<WatchRunResponse> responseStream, ServerCallContext context)
    {
        using var counted = streams.Open(Caller(context));
        // A watch must not hold up the end of the process; its client goes on elsewhere from what it has.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(engine.WatchAsync(request.RunId, request.AfterVersion, Caller(context), stop.Token), responseStream, stop);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The orchestrator is stopping; watch again from the last version that you have."));
        }
    }

    // Events that are at hand already leave in one packet.
    private static async Task SendAsync(IAsyncEnumerable<RunEvent> watch, IServerStreamWriter<WatchRunResponse> responseStream, CancellationTokenSource stop)
    {
        await using var events = watch.GetAsyncEnumerator(stop.Token);
        Task<bool>? next = null;
        try
        {
            next = events.MoveNextAsync().AsTask();
            while (await next)
            {
                var response = new WatchRunResponse { Event = events.Current };
                next = events.MoveNextAsync().AsTask();
                responseStream.WriteOptions = next.IsCompleted ? Buffered : null;
                await responseStream.WriteAsync(response, stop.Token);
            }
        }
        finally
        {
            if (next is { IsCompleted: false })
            {
                // The client is gone; what it waited for must have ended before it can be disposed of.
                await stop.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [Needs(Permissions.RunsControl)]
    public override Task<CancelRunResponse> CancelRun(CancelRunRequest request, ServerCallContext context) =>
        engine.CancelAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override async Task<GetRunResultResponse> GetRunResult(GetRunResultRequest request, ServerCallContext context) =>
        new() { Result = await engine.GetResultAsync(request, Caller(context), context.CancellationToken) };

    [Needs(Permissions.RunsRead)]
    public override Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context) =>
        Task.FromResult(RoleSummaries.List(agents, request));

    [Needs(Permissions.RunsRead)]
    public override Task<ListPlaybooksResponse> ListPlaybooks(ListPlaybooksRequest request, ServerCallContext context) =>
        Task.FromResult(playbooks.List());

    [Needs(Permissions.RunsRead)]
    public override Task<ListToolsResponse> ListTools(ListToolsRequest request, ServerCallContext context) => Task.FromResult(ToolCatalog.List(agents, request));

    [Needs(Permissions.RunsRead)]
    public override async Task<VerifyRunResponse> VerifyRun(VerifyRunRequest request, ServerCallContext context) =>
        new() { Report = await Audit(context).VerifyAsync(request.RunId, Caller(context), context.CancellationToken) };

    [Needs(Permissions.RunsRead)]
    public override async Task ExportRun(ExportRunRequest request, IServerStreamWriter<ExportRunResponse> responseStream, ServerCallContext context)
    {
        using var counted = streams.Open(Caller(context));
        await foreach (var line in Audit(context).ExportAsync(request.RunId, Caller(context), context.CancellationToken))
        {
            await responseStream.WriteAsync(line, context.CancellationToken);
        }
    }

    [Needs(Permissions.RunsControl)]
    public override Task<PauseRunResponse> PauseRun(PauseRunRequest request, ServerCallContext context) =>
        engine.PauseAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsControl)]
    public override Task<ResumeRunResponse> ResumeRun(ResumeRunRequest request, ServerCallContext context) =>
        engine.ResumeAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsControl)]
    public override Task<GuideRunResponse> GuideRun(GuideRunRequest request, ServerCallContext context) =>
        engine.GuideAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsSubmit)]
    public override Task<RetryRunResponse> RetryRun(RetryRunRequest request, ServerCallContext context) =>
        engine.RetryAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsDelete)]
    public override Task<DeleteRunResponse> DeleteRun(DeleteRunRequest request, ServerCallContext context) =>
        engine.DeleteAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override Task<ListApprovalsResponse> ListApprovals(ListApprovalsRequest request, ServerCallContext context) =>
        engine.ListApprovalsAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.ApprovalsDecide)]
    public override Task<DecideApprovalResponse> DecideApproval(DecideApprovalRequest request, ServerCallContext context) =>
        engine.DecideAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.SchedulesWrite)]
    public override async Task<PutScheduleResponse> PutSchedule(PutScheduleRequest request, ServerCallContext context) =>
        new() { Schedule = await schedules.PutAsync(request, Caller(context), context.CancellationToken) };

    [Needs(Permissions.RunsRead)]
    public override async Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, ServerCallContext context) =>
        new() { Schedules = { await schedules.ListAsync(Caller(context), context.CancellationToken) } };

    [Needs(Permissions.SchedulesWrite)]
    public override async Task<DeleteScheduleResponse> DeleteSchedule(DeleteScheduleRequest request, ServerCallContext context)
    {
        await schedules.DeleteAsync(request, Caller(context), context.CancellationToken);
        return new DeleteScheduleResponse();
    }

    [Needs(Permissions.RunsRead)]
    public override Task<GetQueueMetricsResponse> GetQueueMetrics(GetQueueMetricsRequest request, ServerCallContext context) =>
        engine.QueueAsync(request, context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override Task<GetAgentMetricsResponse> GetAgentMetrics(GetAgentMetricsRequest request, ServerCallContext context) =>
        engine.AgentsAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.RunsRead)]
    public override async Task<GetRunCostResponse> GetRunCost(GetRunCostRequest request, ServerCallContext context) =>
        new() { Cost = await engine.CostAsync(request.RunId, Caller(context), context.CancellationToken) };

    private static AuditTrail Audit(ServerCallContext context) => context.GetHttpContext().RequestServices.GetRequiredService<AuditTrail>();

    private static Principal Caller(ServerCallContext context) => Callers.Of(context.GetHttpContext());
}

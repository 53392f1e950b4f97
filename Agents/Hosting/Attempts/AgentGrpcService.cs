using Agents.Hosting.Definitions;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>The agent's side of the contract.</summary>
internal sealed class AgentGrpcService(AgentDefinition definition, AttemptTable table, AttemptRunner runner, IHostApplicationLifetime lifetime) : AgentService.AgentServiceBase
{
    private static readonly AcknowledgeResponse Acknowledged = new();

    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(new DescribeResponse { Contract = definition.Contract });

    public override Task Execute(ExecuteRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context) =>
        runner.ExecuteAsync(request.Assignment, responseStream, context.CancellationToken);

    public override Task Attach(AttachRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context)
    {
        AssignmentCheck.Throw(request.Credential, "credential");
        var attempt = table.FindOrBury(request.Credential, request.Epoch) ?? throw new RpcException(new Status(
            StatusCode.NotFound,
            $"Attempt {request.Credential.Attempt} at {request.Credential.RunId}/{request.Credential.TaskId} is not known here, and will not start here."));
        if (request.AfterSeq < 0 || request.AfterSeq > attempt.Count)
            throw AssignmentCheck.Invalid($"after_seq is {request.AfterSeq}; the attempt has events 1 to {attempt.Count}.");

        return attempt.FollowAsync(request.AfterSeq, responseStream, context.CancellationToken);
    }

    public override Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        foreach (var key in request.Attempts)
            table.Acknowledge(key);
        return Task.FromResult(Acknowledged);
    }

    public override Task<CancelResponse> Cancel(CancelRequest request, ServerCallContext context)
    {
        AssignmentCheck.Throw(request.Credential, "credential");
        var reason = request.Reason.Length > 0 ? request.Reason : "cancelled on request";
        var attempt = table.FindToCancel(request.Credential, request.Epoch);
        var wasRunning = attempt is { Ended: false }; // before, for it may end at once
        attempt?.TryStop(StopReason.Cancelled, reason);
        return Task.FromResult(new CancelResponse { WasRunning = wasRunning });
    }

    public override async Task Work(IAsyncStreamReader<WorkRequest> requestStream, IServerStreamWriter<WorkResponse> responseStream, ServerCallContext context)
    {
        // A stream that stays would keep the process from stopping.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await new WorkSession(runner, table, responseStream).RunAsync(requestStream, stop.Token);
    }
}

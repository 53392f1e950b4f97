using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>This orchestrator as an agent: what a master calls.</summary>
/// <remarks>
/// Attempts live in the store, as runs. This process only remembers what must not start, and counts the attempts whose
/// runs it tells of.
/// </remarks>
[Needs(Permissions.TeamExecute)]
internal sealed class TeamGrpcService(
    TeamRuns runs, TeamFollower follower, TeamFences fences, TeamLoad load, IRunEngine engine, PlaybookCatalog playbooks, IOptions<TeamOptions> options,
    TimeProvider time, IHostApplicationLifetime lifetime, ILogger<TeamGrpcService> logger) : AgentService.AgentServiceBase
{
    private readonly ConcurrentDictionary<(string, string, int), Task<string>> _starting = new();

    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(new DescribeResponse { Contract = TeamContract.Of(options.Value, playbooks) });

    public override Task Execute(ExecuteRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context)
    {
        var assignment = request.Assignment ?? throw Invalid("assignment is missing.");
        Check(assignment.Credential, "assignment.credential");
        var attempt = assignment.Credential;
        // By their seconds: whoever calls may send a moment that is none.
        if (attempt.ExpiresAt is { } expiry && expiry.Seconds <= time.GetUtcNow().ToUnixTimeSeconds())
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"assignment.credential expired {time.GetUtcNow().ToUnixTimeSeconds() - expiry.Seconds} seconds ago."));
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "This instance is stopping and takes no new attempts."));
        return load.CountAsync(() => ExecuteAsync(assignment, responseStream, context));
    }

    public override async Task Attach(AttachRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context)
    {
        Check(request.Credential, "credential");
        var attempt = request.Credential;
        if (fences.Hear(attempt.RunId, Math.Max(request.Epoch, attempt.Epoch)) is { } over)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, over));
        var runId = await FindAsync(attempt, context.CancellationToken);
        if (runId is null)
        {
            fences.Bury(attempt);
            throw new RpcException(new Status(StatusCode.NotFound, $"Attempt {attempt.Attempt} at {attempt.RunId}/{attempt.TaskId} is not known here, and will not start here."));
        }

        TeamLog.Attached(logger, attempt.RunId, attempt.TaskId, attempt.Attempt, runId, request.AfterSeq);
        await load.CountAsync(() => FollowAsync(runId, request.AfterSeq, responseStream, context), mayRefuse: false);
    }

    // The run stays, as the history of this orchestrator; retention takes it in its time.
    public override Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context) => Task.FromResult(new AcknowledgeResponse());

    public override async Task<CancelResponse> Cancel(CancelRequest request, ServerCallContext context)
    {
        Check(request.Credential, "credential");
        if (fences.Hear(request.Credential.RunId, Math.Max(request.Epoch, request.Credential.Epoch)) is { } over)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, over));
        if (await FindAsync(request.Credential, context.CancellationToken) is not { } runId)
            return new CancelResponse();
        var before = await engine.GetAsync(runId, includeOutputs: false, runs.Principal, context.CancellationToken);
        var reason = request.Reason.Length > 0 ? request.Reason : "cancelled by the master";
        await engine.CancelAsync(new CancelRunRequest { RunId = runId, Reason = reason }, runs.Principal, context.CancellationToken);
        return new CancelResponse { WasRunning = before.Summary.EndedAt is null };
    }

    private async Task ExecuteAsync(TaskAssignment assignment, IServerStreamWriter<TaskEvent> writer, ServerCallContext context)
    {
        var attempt = assignment.Credential;
        var key = (attempt.RunId, attempt.TaskId, attempt.Attempt);
        if (_starting.ContainsKey(key) || await runs.FindAsync(attempt, context.CancellationToken) is { IsOwn: true })
            throw new RpcException(new Status(StatusCode.AlreadyExists, $"Attempt {attempt.Attempt} at {attempt.RunId}/{attempt.TaskId} is known here; attach to it."));
        if (fences.Start(attempt) is { } fence)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, fence));

        // Whoever attaches meanwhile waits for it; the master's going away does not stop it half way.
        var starting = _starting[key] = runs.StartAsync(assignment, CancellationToken.None);
        string runId;
        try
        {
            runId = await starting;
        }
        catch (RequestRefusedException refused) when (refused.GrpcCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            throw Invalid($"{refused.Code}: {refused.Message}");
        }
        catch
        {
            fences.Undo(attempt); // it did not start, and may yet
            throw;
        }
        finally
        {
            _starting.TryRemove(key, out _);
        }

        TeamLog.Started(logger, attempt.RunId, attempt.TaskId, attempt.Attempt, runId);
        await FollowAsync(runId, 0, writer, context);
    }

    private async Task FollowAsync(string runId, long afterSeq, IServerStreamWriter<TaskEvent> writer, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await follower.FollowAsync(runId, afterSeq, writer, stop.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "This orchestrator is stopping; the run goes on when it, or another replica, is there: attach again."));
        }
    }

    private async Task<string?> FindAsync(AttemptCredential attempt, CancellationToken ct)
    {
        if (_starting.TryGetValue((attempt.RunId, attempt.TaskId, attempt.Attempt), out var starting))
            await ((Task)starting).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return (await runs.FindAsync(attempt, ct))?.RunId;
    }

    private static void Check(AttemptCredential? credential, string field)
    {
        if (credential is null)
            throw Invalid($"{field} is missing.");
        if (credential.RunId.Length == 0)
            throw Invalid($"{field}.run_id is empty.");
        if (credential.TaskId.Length == 0)
            throw Invalid($"{field}.task_id is empty.");
        if (credential.Attempt < 1)
            throw Invalid($"{field}.attempt is {credential.Attempt}; attempts count from 1.");
    }

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));
}

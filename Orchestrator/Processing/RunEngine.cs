using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Artifacts;
using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Figures;
using Orchestrator.Limits;
using Orchestrator.Planning;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>What clients can ask for, at any replica: queries from the store, commands to the run's owner.</summary>
internal sealed partial class RunEngine(
    RunHost host, RunCommands commands, RunReader reader, RecentEvents recent, IRunStore store, IArtifactStore artifacts, RequestPlanner planner, IAgentDirectory agents, Dispatcher dispatcher, TenantBudgets tenants, RunQuota quota, AgentMetrics metrics,
    TimeProvider time, ILogger<RunEngine> logger) : IRunEngine
{
    private const int DefaultPageSize = 50;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10); // should a wake-up ever be lost

    /// <inheritdoc/>
    public async Task<SubmitRunResponse> SubmitAsync(SubmitRunRequest request, Principal principal, CancellationToken cancellationToken)
    {
        using var place = await TakePlaceAsync(request.RequestId, principal.Tenant, cancellationToken);
        var submitted = SubmissionRules.Read(request, principal);
        submitted.Budget = tenants.Limit(submitted.Budget, principal.Tenant);
        var plan = await planner.PlanAsync(request, submitted, cancellationToken);
        var (runId, version, _) = await SubmitAsync(request.RequestId, submitted, plan, [], principal, cancellationToken);
        return new SubmitRunResponse { RunId = runId, Version = version };
    }

    /// <inheritdoc/>
    public Task<Run> GetAsync(string runId, bool includeOutputs, Principal principal, CancellationToken cancellationToken) =>
        StateAsync(runId, principal, state => RunViews.Run(state, includeOutputs, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<(Run Run, TaskView Task, PlannedTask Definition, Struct Input)> TaskAsync(string runId, string taskId, Principal principal, CancellationToken cancellationToken) =>
        StateAsync(
            runId, principal,
            state => state.Find(taskId) is { } task
                ? (RunViews.Run(state, false, time.GetUtcNow()), RunViews.Task(state, task, true, time.GetUtcNow()), task.Definition.Clone(), RunViews.Input(state, task))
                : throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_TASK", $"task_id: run '{runId}' has no task '{taskId}'.", "task_id"),
            cancellationToken);

    /// <inheritdoc/>
    public Task<GetAgentMetricsResponse> AgentsAsync(GetAgentMetricsRequest request, Principal principal, CancellationToken cancellationToken) =>
        Available(() => metrics.OfAsync(principal.Tenant, request.Role, cancellationToken));

    /// <inheritdoc/>
    public Task<RunCost> CostAsync(string runId, Principal principal, CancellationToken cancellationToken) =>
        StateAsync(runId, principal, state => RunCosts.Of(state, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public async Task<ListRunsResponse> ListAsync(ListRunsRequest request, Principal principal, CancellationToken cancellationToken)
    {
        RunPage page;
        try
        {
            page = await Available(() => store.ListAsync(
                new RunQuery(
                    principal.Tenant, [.. request.Statuses.Select(States.Name)], request.Playbook.Length > 0 ? request.Playbook : null,
                    request.PageToken.Length > 0 ? request.PageToken : null, request.PageSize > 0 ? request.PageSize : DefaultPageSize),
                cancellationToken));
        }
        catch (ArgumentException e)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_PAGE", $"page_token: '{request.PageToken}' is not from an earlier answer ({e.Message})", "page_token");
        }

        var response = new ListRunsResponse { NextPageToken = page.NextCursor ?? "" };
        foreach (var run in page.Runs)
        {
            response.Runs.Add(await FreshAsync(run, cancellationToken));
        }

        return response;
    }

    // The index follows a run that goes on by the second, and not after its last event of a second: one that is worked on
    // here tells how far it is now.
    private async ValueTask<RunSummary> FreshAsync(RunIndexEntry run, CancellationToken ct)
    {
        if (run.Open && host.InMemory(run.RunId) is { } processor)
        {
            try
            {
                if (await processor.ReadAsync(state => state is null ? null : RunViews.Summary(state), ct) is { } summary)
                {
                    return summary;
                }
            }
            catch (RunUnavailableException)
            {
                // It has stopped in this moment.
            }
        }

        return RunSummary.Parser.ParseFrom(run.Summary.Span);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunEvent> WatchAsync(
        string runId, long afterVersion, Principal principal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = afterVersion;
        if (recent.Find(runId) is { Tenant: not null } tail)
        {
            await foreach (var e in WatchHereAsync(tail, seen, principal, cancellationToken))
            {
                seen = e.Version;
                yield return e;
                if (IsLast(e))
                {
                    yield break;
                }
            }
        }

        var index = await Available(() => store.GetIndexAsync(runId, cancellationToken).AsTask());
        if (index is null || index.Tenant != principal.Tenant)
        {
            throw Unknown(runId);
        }

        var wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var watch = store.Watch(runId, () => wakes.Writer.TryWrite(true));
        await using var again = time.CreateTimer(_ => wakes.Writer.TryWrite(true), null, LookAgain, LookAgain);
        while (await wakes.Reader.WaitToReadAsync(cancellationToken) && wakes.Reader.TryRead(out _))
        {
            var before = seen;
            await foreach (var e in ReadAsync(runId, seen, cancellationToken))
            {
                seen = e.Version;
                yield return e;
                if (IsLast(e))
                {
                    yield break;
                }
            }

            if (seen == before && await HasEndedBeforeAsync(runId, seen, cancellationToken))
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<RunResult> GetResultAsync(GetRunResultRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var runId = request.RunId;
        if (request.Wait > 0)
        {
            await WaitForEndAsync(runId, TimeSpan.FromSeconds(request.Wait), principal, cancellationToken);
        }

        var (result, ended) = await StateAsync(runId, principal, state => (RunViews.Result(state, time.GetUtcNow()), state.Status.IsTerminal()), cancellationToken);
        if (!ended)
        {
            throw new RequestRefusedException(StatusCode.FailedPrecondition, "RUN_NOT_ENDED", $"Run '{runId}' has not ended; it has no result yet.", "run_id");
        }

        if (result.Output is not null)
        {
            result.Output = (await ArtifactValues.ResolveAsync(Value.ForStruct(result.Output), artifacts, principal.Tenant, cancellationToken)).StructValue;
        }

        return result;
    }

    // A request that was accepted before is answered as before, however much waits now.
    private async ValueTask<IDisposable?> TakePlaceAsync(string requestId, string tenant, CancellationToken ct)
    {
        try
        {
            dispatcher.CheckRoom(tenant);
            return await Available(() => quota.TakeAsync(tenant, ct).AsTask());
        }
        catch (RequestRefusedException) when (requestId.Length > 0)
        {
            if (await Available(() => store.GetVersionAsync(RunId(requestId, tenant), ct).AsTask()) == 0)
            {
                throw;
            }

            return null;
        }
    }

    private async Task WaitForEndAsync(string runId, TimeSpan time, Principal principal, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(time);
        try
        {
            var seen = await Available(() => store.GetVersionAsync(runId, ct).AsTask());
            await foreach (var _ in WatchAsync(runId, seen, principal, late.Token))
            {
                // Only the end is of interest.
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The caller hears that it has not ended.
        }
    }

    private async Task<(string RunId, long Version, bool IsNew)> SubmitAsync(
        string requestId, RunSubmitted submitted, PlanRequested plan, IReadOnlyList<TaskAdopted> adopted, Principal principal, CancellationToken ct)
    {
        var runId = requestId.Length > 0 ? RunId(requestId, principal.Tenant) : NewRunId();
        var command = new SubmitCommand
        {
            Submitted = submitted,
            Plan = plan,
            TraceId = Activity.Current?.TraceId.ToHexString() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            TraceParent = Activity.Current?.Id ?? "",
        };
        command.Adopted.Add(adopted);
        var answer = await Available(() => commands.SendAsync(new InboxCommand { RunId = runId, RequestId = requestId, Principal = principal, Submit = command }, ct));
        if (answer.Code.Length == 0)
        {
            ProcessingLog.Submitted(logger, runId, plan.Playbook, plan.Reason);
            return (runId, 1, true);
        }

        // The request id was used before: the same content is the same run.
        var state = await StateAsync(runId, principal, state => (state.Submitted, state.Version), ct);
        return state.Submitted.Equals(submitted)
            ? (runId, state.Version, false)
            : throw new RequestRefusedException(StatusCode.AlreadyExists, "REQUEST_ID_USED", $"request_id: '{requestId}' was used for another request.", "request_id");
    }

    private async Task<T> StateAsync<T>(string runId, Principal principal, Func<RunState, T> read, CancellationToken ct)
    {
        T Checked(RunState? state) => state?.Submitted.Principal?.Tenant == principal.Tenant ? read(state) : throw Unknown(runId);
        if (host.InMemory(runId) is { } processor)
        {
            try
            {
                return await processor.ReadAsync(Checked, ct);
            }
            catch (RunUnavailableException)
            {
                // It has stopped in this moment: the store has it all.
            }
        }

        return await Available(() => reader.ReadAsync(runId, Checked, ct));
    }

    // While the run is worked on here: nothing is asked of the store but what is older than what is at hand.
    private async IAsyncEnumerable<RunEvent> WatchHereAsync(RunTail tail, long afterVersion, Principal principal, [EnumeratorCancellation] CancellationToken ct)
    {
        if (tail.Tenant != principal.Tenant)
        {
            throw Unknown(tail.RunId);
        }

        var seen = afterVersion;
        while (true)
        {
            var (events, changed) = tail.After(seen);
            if (events is null)
            {
                await foreach (var e in ReadAsync(tail.RunId, seen, ct))
                {
                    seen = e.Version;
                    yield return e;
                }

                continue;
            }

            foreach (var e in events)
            {
                seen = e.Version;
                yield return e;
            }

            if (events.Length == 0)
            {
                if (changed is null)
                {
                    yield break;
                }

                await changed.WaitAsync(ct);
            }
        }
    }

    private async IAsyncEnumerable<RunEvent> ReadAsync(string runId, long seen, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var stored in store.ReadAsync(runId, seen, ct))
        {
            yield return RunEvent.Parser.ParseFrom(stored.Data.Span);
        }
    }

    private static bool IsLast(RunEvent e) => e.BodyCase is RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled;

    // A watcher that has seen the last event already must not wait for another.
    private async Task<bool> HasEndedBeforeAsync(string runId, long seen, CancellationToken ct) =>
        await store.GetIndexAsync(runId, ct) is null or { Open: false } && await store.GetVersionAsync(runId, ct) <= seen;

    private static async Task<T> Available<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is RunUnavailableException or StoreUnavailableException)
        {
            throw new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", e.Message);
        }
    }

    private static RequestRefusedException Unknown(string runId) =>
        new(StatusCode.NotFound, "UNKNOWN_RUN", $"run_id: there is no run '{runId}'.", "run_id");

    // In a partition of this replica, so that submitting takes no detour through another's inbox.
    private string NewRunId()
    {
        var runId = RunId("", "");
        for (var tries = 0; tries < 100 && host.LeaseOf(runId) is null; tries++)
        {
            runId = RunId("", "");
        }

        return runId;
    }

    // The same request id gives the same run, in whichever replica and after whichever crash.
    internal static string RunId(string requestId, string tenant)
    {
        const string Digits = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32
        var bytes = requestId.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{requestId}")) : RandomNumberGenerator.GetBytes(20);
        return $"run-{string.Concat(bytes.Take(20).Select(b => Digits[b & 31]))}";
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Makes the runs that tasks ask for, and tells the parents when they have ended.</summary>
/// <remarks>
/// The parent's owner alone is responsible: it makes the child (whose id is given, so that repeating is harmless),
/// watches the child's log in the store, wherever the child is worked on, and hands its end to the parent. A new owner of
/// the parent begins again at the first step.
/// </remarks>
internal sealed class SubRuns(
    RunHost host, RunCommands commands, RunReader reader, IRunStore store, IArtifactStore artifacts, RequestPlanner planner,
    IOptions<DispatchOptions> options, TenantBudgets tenants, TimeProvider time, ILogger<SubRuns> logger)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _followed = new(StringComparer.Ordinal);

    /// <summary>Makes the child unless it is there, and follows it.</summary>
    public void Follow(RunState parent, string taskId, SubRunStarted started)
    {
        var stopping = new CancellationTokenSource();
        if (!_followed.TryAdd(started.RunId, stopping))
        {
            stopping.Dispose();
            return;
        }

        var submitted = new RunSubmitted
        {
            Principal = parent.Submitted.Principal,
            Request = started.Request,
            Playbook = started.Playbook,
            Inputs = started.Inputs,
            Workspace = parent.Submitted.Workspace,
            Priority = parent.Find(taskId) is { } task ? parent.PriorityOf(task) : parent.Submitted.Priority,
            TimeLimit = parent.Find(taskId)?.Definition.TimeLimit ?? 0,
            Budget = tenants.Limit(parent.Find(taskId)?.Definition.Budget, parent.Submitted.Principal.Tenant),
            Parent = new ParentTask { RunId = parent.RunId, TaskId = taskId, Depth = (parent.Submitted.Parent?.Depth ?? 0) + 1 },
        };
        _ = FollowAsync(parent.RunId, taskId, started.RunId, submitted, parent.TraceId, Activity.Current?.Id ?? "", parent.NeededFields(taskId), stopping);
    }

    /// <summary>The child is no longer wanted.</summary>
    public void Stop(RunState parent, string childId, string reason)
    {
        Detach(childId);
        _ = CancelAsync(childId, parent.Submitted.Principal, reason);
    }

    /// <summary>Stops following; the child goes on.</summary>
    public void Detach(string childId)
    {
        if (_followed.TryRemove(childId, out var stopping))
        {
            stopping.Cancel();
            stopping.Dispose();
        }
    }

    private async Task FollowAsync(string parentId, string taskId, string childId, RunSubmitted submitted, string traceId, string traceParent, IReadOnlySet<string> needed,
        CancellationTokenSource stopping)
    {
        await Task.Yield();
        CancellationToken ct;
        try
        {
            ct = stopping.Token;
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        while (true)
        {
            try
            {
                var end = await MakeAsync(taskId, childId, submitted, traceId, traceParent, ct) ?? await EndAsync(taskId, childId, submitted.Principal.Tenant, needed, ct);
                host.Post(parentId, end);
                Detach(childId);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ProcessingLog.SubRunBroke(logger, parentId, taskId, childId, e);
            }

            await Task.Delay(TryAgain, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null: it is there.
    private async Task<RunInput.SubRunEnd?> MakeAsync(string taskId, string childId, RunSubmitted submitted, string traceId, string traceParent, CancellationToken ct)
    {
        if (await store.GetIndexAsync(childId, ct) is not null)
        {
            return null;
        }

        PlanRequested plan;
        try
        {
            plan = await planner.PlanAsync(submitted, ct);
        }
        catch (RequestRefusedException e)
        {
            return Failed(e.Code, e.Message);
        }

        var command = new SubmitCommand { Submitted = submitted, Plan = plan, TraceId = traceId, TraceParent = traceParent };
        var answer = await commands.SendAsync(new InboxCommand { RunId = childId, RequestId = childId, Principal = submitted.Principal, Submit = command }, ct);
        return answer.Code is "" or RefusalCodes.AlreadyExists ? null : Failed(answer.Code, answer.Message);

        RunInput.SubRunEnd Failed(string code, string message) => new(
            taskId, childId, State.Failed, null, null, new Failure { Code = code, Message = message, FailureClass = FailureClass.Permanent }, []);
    }

    private async Task<RunInput.SubRunEnd> EndAsync(string taskId, string childId, string tenant, IReadOnlySet<string> needed, CancellationToken ct)
    {
        var wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var watch = store.Watch(childId, () => wakes.Writer.TryWrite(true));
        while (await store.GetIndexAsync(childId, ct) is { Open: true })
        {
            await wakes.Reader.ReadAsync(ct);
        }

        var end = await reader.ReadAsync(
            childId,
            state => state is null
                ? new RunInput.SubRunEnd(taskId, childId, State.Failed, null, null, Deleted(childId), [])
                : new RunInput.SubRunEnd(taskId, childId, state.Status, state.Completion?.Output, null, state.Failure, [.. state.Completion?.Missing ?? []], state.Spent.Usage),
            ct);
        return end.Output is { } output && output.CalculateSize() > options.Value.InlineBytes
            ? end with { Output = OutputRules.Keep(output, needed), OutputRef = await OutputRules.StoreAsync(artifacts, tenant, $"{taskId}.json", output, ct) }
            : end;
    }

    private static Failure Deleted(string childId) => new()
    {
        Code = "SUB_RUN_DELETED",
        Message = $"Run '{childId}' was deleted before its end was seen.",
        FailureClass = FailureClass.Permanent,
    };

    private async Task CancelAsync(string childId, Principal principal, string reason)
    {
        try
        {
            await commands.SendAsync(
                new InboxCommand { RunId = childId, RequestId = $"{childId}/cancel", Principal = principal, Cancel = new CancelCommand { Reason = reason } }, CancellationToken.None);
        }
        catch (Exception e) when (e is RunUnavailableException or StoreUnavailableException)
        {
            ProcessingLog.SubRunBroke(logger, childId, "", childId, e);
        }
    }
}

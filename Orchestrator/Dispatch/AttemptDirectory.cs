using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What the services that agents call back need to know of running attempts.</summary>
internal sealed class AttemptDirectory(RunHost host, RunReader reader, AgentRegistry registry)
{
    /// <summary>What policy needs to know of a running attempt.</summary>
    /// <param name="call">The tool call that is asked about.</param>
    /// <returns>Null when the attempt is not the one that is running.</returns>
    public async Task<AttemptFacts?> FindAsync(AttemptCredential credential, ByteString call, CancellationToken ct)
    {
        var found = await ReadAsync(
            credential,
            (state, task) => new AttemptFacts(
                task.InstanceId, task.InstanceName, state.Submitted.Principal?.Tenant ?? "", state.Submitted.Principal?.Name ?? "",
                state.PlanRequest?.Playbook ?? state.Submitted.Playbook, new Dictionary<string, string>(state.Submitted.Labels, StringComparer.Ordinal),
                state.FindToolApproval(task.Id, call)),
            ct);
        return found is null ? null : found with { Contract = registry.Find(found.InstanceId)?.Contract };
    }

    /// <summary>Refuses calls of attempts that are not running: stale ones change and see nothing.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION.</exception>
    public async Task RequireRunningAsync(AttemptCredential credential, CancellationToken ct)
    {
        if (await InstanceOfAsync(credential, ct) is null)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"Attempt {credential.Attempt} at '{credential.TaskId}' of run '{credential.RunId}' is not running."));
        }
    }

    private Task<string?> InstanceOfAsync(AttemptCredential credential, CancellationToken ct) => ReadAsync(credential, (_, task) => task.InstanceId, ct);

    private async Task<T?> ReadAsync<T>(AttemptCredential credential, Func<RunState, TaskNode, T> read, CancellationToken ct)
        where T : class
    {
        T? Read(RunState? state) =>
            state?.Find(credential.TaskId) is { } task && task.IsCurrent(credential.Attempt) && task.Epoch == credential.Epoch ? read(state, task) : null;
        if (host.InMemory(credential.RunId) is { } run)
        {
            try
            {
                return await run.ReadAsync(Read, ct);
            }
            catch (RunUnavailableException)
            {
                // It has stopped in this moment: the store has it all.
            }
        }

        return await reader.ReadAsync(credential.RunId, Read, ct);
    }
}

/// <summary>A running attempt, as policy sees it.</summary>
/// <param name="Approval">What was asked of a person about the call; null: nothing.</param>
internal sealed record AttemptFacts(
    string InstanceId, string InstanceName, string Tenant, string Principal, string Playbook, IReadOnlyDictionary<string, string> Labels, ToolApproval? Approval)
{
    /// <summary>Null: the instance has left.</summary>
    public AgentContract? Contract { get; init; }
}

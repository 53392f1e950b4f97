using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What the services that agents call back need to know of running attempts.</summary>
internal sealed class AttemptDirectory(RunHost host, RunReader reader, AgentRegistry registry)
{
    /// <summary>The contract of the instance that runs an attempt.</summary>
    /// <returns>Null when the attempt is not the one that is running.</returns>
    public async Task<AgentContract?> ContractOfAsync(AttemptCredential credential, CancellationToken ct) =>
        await InstanceOfAsync(credential, ct) is { } instanceId ? registry.Find(instanceId)?.Contract : null;

    /// <summary>Refuses calls of attempts that are not running: stale ones change and see nothing.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION.</exception>
    public async Task RequireRunningAsync(AttemptCredential credential, CancellationToken ct)
    {
        if (await InstanceOfAsync(credential, ct) is null)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"Attempt {credential.Attempt} at '{credential.TaskId}' of run '{credential.RunId}' is not running."));
        }
    }

    private async Task<string?> InstanceOfAsync(AttemptCredential credential, CancellationToken ct)
    {
        string? Read(RunState? state) =>
            state?.Find(credential.TaskId) is { } task && task.IsCurrent(credential.Attempt) && task.Epoch == credential.Epoch ? task.InstanceId : null;
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

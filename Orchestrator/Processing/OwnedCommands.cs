using Orchestrator.Artifacts;
using Orchestrator.Context;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Commands, carried out by the replica that owns the run.</summary>
internal static class OwnedCommands
{
    /// <exception cref="RunUnavailableException">The partition is not ours now.</exception>
    public static async Task<CommandAnswer> ExecuteAsync(RunHost host, IRunStore store, IArtifactStore artifacts, InboxCommand command, string? itemId, CancellationToken ct)
    {
        if (command.CommandCase == InboxCommand.CommandOneofCase.Delete)
        {
            return await DeleteAsync(host, store, artifacts, command.RunId, ct);
        }

        var (input, context) = Input(command);
        for (var first = true; ; first = false)
        {
            var run = input is RunInput.Submit ? await host.FindOrCreateAsync(command.RunId, isLikelyNew: first, ct) : await host.FindAsync(command.RunId, ct);
            if (run is null)
            {
                return input is RunInput.Submit
                    ? new CommandAnswer { Code = RefusalCodes.AlreadyExists, Message = "The run exists already." }
                    : new CommandAnswer { Code = RefusalCodes.RunEnded, Message = $"Run '{command.RunId}' has ended." };
            }

            try
            {
                return await run.SendAsync(input, ct, itemId, context);
            }
            catch (RunUnavailableException) when (host.LeaseOf(command.RunId) is not null)
            {
                await run.Completion.WaitAsync(ct); // it stopped in this moment; it is loaded again
            }
        }
    }

    private static (RunInput Input, IReadOnlyList<ContextWrite> Context) Input(InboxCommand command)
    {
        var by = command.Principal;
        return command.CommandCase switch
        {
            InboxCommand.CommandOneofCase.Submit => (new RunInput.Submit(command.Submit.Submitted, command.Submit.Plan, command.RequestId, command.Submit.TraceId) { Adopted = command.Submit.Adopted, TraceParent = command.Submit.TraceParent }, []),
            InboxCommand.CommandOneofCase.Cancel => (new RunInput.Cancel(by, command.Cancel.Reason, command.RequestId), []),
            InboxCommand.CommandOneofCase.Pause => (new RunInput.Pause(by, command.Pause.Reason, command.RequestId), []),
            InboxCommand.CommandOneofCase.Resume => (new RunInput.Resume(by, command.RequestId), []),
            InboxCommand.CommandOneofCase.Guide => (new RunInput.Guide(by, command.Guide.Text, command.RequestId), []),
            InboxCommand.CommandOneofCase.Decide => (new RunInput.Decide(by, command.Decide.TaskId, command.Decide.Approved, command.Decide.Comment, command.RequestId), []),
            InboxCommand.CommandOneofCase.Stage => (
                new RunInput.Stage(command.Stage.TaskId, command.Stage.Attempt, command.Stage.Key, command.Stage.Value.Length),
                [StagedContext.Write(command.Stage)]),
            InboxCommand.CommandOneofCase.ToolDecision => (new RunInput.ToolDecision(command.ToolDecision.Decided, command.ToolDecision.Deciders, command.ToolDecision.Arguments), []),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.CommandCase, "Not a command of this release."),
        };
    }

    private static async Task<CommandAnswer> DeleteAsync(RunHost host, IRunStore store, IArtifactStore artifacts, string runId, CancellationToken ct)
    {
        var lease = host.LeaseOf(runId) ?? throw new RunUnavailableException(runId);
        if (await store.GetIndexAsync(runId, ct) is { Open: true })
        {
            return new CommandAnswer { Code = RefusalCodes.RunNotEnded, Message = $"Run '{runId}' has not ended: cancel it first." };
        }

        var references = new HashSet<string>(StringComparer.Ordinal);
        var tenant = "";
        await foreach (var stored in store.ReadAsync(runId, 0, ct))
        {
            var e = RunEvent.Parser.ParseFrom(stored.Data.Span);
            tenant = e.RunSubmitted?.Principal.Tenant ?? tenant;
            references.UnionWith(RunArtifacts.Of(e));
        }

        try
        {
            await store.DeleteRunAsync(lease, runId, ct);
        }
        catch (LeaseLostException)
        {
            throw new RunUnavailableException(runId);
        }

        // What a crash leaves here is found by the sweep: its holder is gone.
        foreach (var id in references)
        {
            await artifacts.DropAsync(tenant, id, runId, ct);
        }

        return new CommandAnswer();
    }
}

/// <summary>Codes of refusals that the engine itself looks at.</summary>
internal static class RefusalCodes
{
    /// <summary>A run of this id is there.</summary>
    public const string AlreadyExists = "ALREADY_EXISTS";

    /// <summary>Nothing can change any more.</summary>
    public const string RunEnded = "RUN_ENDED";

    /// <summary>What is asked for can be done after the end only.</summary>
    public const string RunNotEnded = "RUN_NOT_ENDED";
}

using Google.Protobuf;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Context;

/// <summary>
/// Context writes of attempts that have not ended. They are stored in a scope of the attempt's own, by the owner of the
/// run, and move to the run's scope in the append that records the attempt's result, or never.
/// </summary>
internal static class StagedContext
{
    /// <summary>Entries that one attempt may write.</summary>
    public const int MaxEntries = 1000;

    /// <summary>The scope that the tasks of a run share.</summary>
    public const string RunScope = "run";

    /// <summary>The scope of what one attempt has written.</summary>
    public static string Scope(string taskId, int attempt) => $"attempt:{taskId}/{attempt}";

    /// <summary>The write that stages an entry.</summary>
    public static ContextWrite Write(StageCommand command) => new(Scope(command.TaskId, command.Attempt), command.Key, null, command.ToByteArray());

    /// <summary>What an attempt has staged under a key; null: nothing.</summary>
    public static StageCommand? Parse(ContextRecord? record) =>
        record is null || record.Value.IsEmpty ? null : StageCommand.Parser.ParseFrom(record.Value.Span);

    /// <summary>What makes staged entries visible to all, and takes their place where they were.</summary>
    public static async Task<List<ContextWrite>> PublishAsync(IRunStore store, string runId, string taskId, int attempt, IEnumerable<string> keys, CancellationToken ct)
    {
        var scope = Scope(taskId, attempt);
        var writes = new List<ContextWrite>();
        foreach (var key in keys)
        {
            if (Parse(await store.GetContextAsync(runId, scope, key, ct)) is { } staged)
            {
                writes.Add(new ContextWrite(RunScope, key, staged.HasExpectedVersion ? staged.ExpectedVersion : null, staged.Value.Memory));
                writes.Add(new ContextWrite(scope, key, null, ReadOnlyMemory<byte>.Empty));
            }
        }

        return writes;
    }
}

using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>
/// Somebody else wrote a context entry first: what the plan declares for that happens, or the attempt that lost is told
/// so. The rest of the batch stands.
/// </summary>
internal static class ContextConflicts
{
    public static async Task ResolveAsync(RunBatch batch, string runId, Plan? plan, string conflictKey, IRunStore store, CancellationToken ct)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var work = batch.Items[i];
            if (work.Lost is not null || work.Context.FirstOrDefault(write => $"{write.Scope}/{write.Key}" == conflictKey) is not { } write)
            {
                continue;
            }

            var result = (RunInput.Succeed)work.Input!;
            var resolve = Conflicts.Of(plan, write.Key);
            var found = await store.GetContextAsync(runId, write.Scope, write.Key, ct);
            var staged = StagedContext.Parse(await store.GetContextAsync(
                runId, StagedContext.Scope(result.TaskId, result.Attempt), write.Key, ct));
            if (found is null || staged is null || resolve is Conflicts.Retry or Conflicts.Ask)
            {
                batch.Replace(i, work with { Lost = Conflict(result, conflictKey, resolve, found, staged) });
                continue;
            }

            var (record, instead) = Conflicts.Resolve(resolve, found, staged);
            batch.Replace(i, work with
            {
                Context = [.. work.Context.Where(other => other != write), .. instead is null ? [] : new[] { instead }],
                Resolved = [.. work.Resolved, record],
            });
        }
    }

    // A person who is to decide sees both values; another attempt reads what is there now.
    private static RunInput.Fail Conflict(RunInput.Succeed input, string key, string resolve, ContextRecord? found, StageCommand? staged)
    {
        var failure = new Failure
        {
            Code = "CONTEXT_CONFLICT",
            Message = $"The context entry '{key}' was changed by another task since it was read.",
            Retryable = resolve != Conflicts.Ask,
            FailureClass = resolve == Conflicts.Ask ? FailureClass.Permanent : FailureClass.Transient,
            Usage = input.Usage,
        };
        if (resolve == Conflicts.Ask && found is not null && staged is not null)
        {
            var (first, second) = (ContextEntry.Parser.ParseFrom(found.Value.Span), ContextEntry.Parser.ParseFrom(staged.Value));
            failure.Message += $" '{first.TaskId}' wrote {Shorten(first.Value)}; '{staged.TaskId}' wanted {Shorten(second.Value)}.";
            failure.Details = new Struct { Fields = { ["first"] = first.Value, ["second"] = second.Value } };
        }

        return new RunInput.Fail(input.TaskId, input.Attempt, failure);
    }

    private static string Shorten(Value value) => value.ToString() is { Length: > 300 } text ? $"{text.AsSpan(0, 300)}…" : value.ToString();
}

using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

internal sealed partial class RunProcessor
{
    // Somebody wrote the entry first: what the plan declares for that happens, or the attempt that lost is told so. The
    // rest of the batch stands.
    private async Task ResolveAsync(List<Work> batch, string conflictKey)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Lost is not null || batch[i].Context.FirstOrDefault(write => $"{write.Scope}/{write.Key}" == conflictKey) is not { } write)
            {
                continue;
            }

            var result = (RunInput.Succeed)batch[i].Input!;
            var resolve = Conflicts.Of(_state.Plan, write.Key);
            var found = await _services.Store.GetContextAsync(RunId, write.Scope, write.Key, _stopping.Token);
            var staged = StagedContext.Parse(await _services.Store.GetContextAsync(
                RunId, StagedContext.Scope(result.TaskId, result.Attempt), write.Key, _stopping.Token));
            if (found is null || staged is null || resolve is Conflicts.Retry or Conflicts.Ask)
            {
                batch[i] = batch[i] with { Lost = Conflict(result, conflictKey, resolve, found, staged) };
                continue;
            }

            var (record, instead) = Conflicts.Resolve(resolve, found, staged);
            batch[i] = batch[i] with
            {
                Context = [.. batch[i].Context.Where(other => other != write), .. instead is null ? [] : new[] { instead }],
                Resolved = [.. batch[i].Resolved, record],
            };
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

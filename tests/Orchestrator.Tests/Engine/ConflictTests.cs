using System.Text.Json;
using Agents.Hosting;
using Orchestrator.Processing;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Two tasks read the same version of a shared entry and both write it: what is declared for that happens.</summary>
public class ConflictTests
{
    public sealed record Nothing(string? Text = null);

    [Fact]
    public async Task Merge_FieldsOfBoth_StandAndTheRulingIsRecorded()
    {
        var (events, entries) = await RaceAsync("merge");

        entries["notes"].ShouldBe("""{"left":"left","right":"right","shared":"base"}""");
        var resolved = events.Single(e => e.ContextResolved is not null).ContextResolved;
        (resolved.Resolution, resolved.ReadVersion, resolved.FoundVersion, resolved.Ruling).ShouldBe(("merge", 1, 2, "Both changes stand, merged field by field."));
    }

    [Fact]
    public async Task First_OnlyTheFirstStands_TheSecondIsInTheHistory()
    {
        var (events, entries) = await RaceAsync("first");

        var resolved = events.Single(e => e.ContextResolved is not null).ContextResolved;
        entries["notes"].ShouldContain($"\"{resolved.FirstTask}\":");
        entries["notes"].ShouldNotContain($"\"{resolved.TaskId}\":");
        resolved.Dropped.StructValue.Fields.ShouldContainKey(resolved.TaskId);
    }

    [Fact]
    public async Task Both_TheSecondIsKeptUnderAKeyOfItsOwn()
    {
        var (events, entries) = await RaceAsync("both");

        var second = events.Single(e => e.ContextResolved is not null).ContextResolved.TaskId;
        entries[$"notes~{second}"].ShouldContain($"\"{second}\":");
        entries["notes"].ShouldNotContain($"\"{second}\":");
    }

    [Fact]
    public async Task Retry_IsTheDefault_TheSecondTriesAgainOnWhatIsThere()
    {
        var (events, entries) = await RaceAsync("retry");

        entries["notes"].ShouldBe("""{"left":"left","right":"right","shared":"base"}""");
        events.Single(e => e.AttemptFailed is not null).AttemptFailed.Failure.Code.ShouldBe("CONTEXT_CONFLICT");
    }

    [Fact]
    public async Task Ask_APersonSeesBothValuesAndLetsItGoOn()
    {
        var (events, entries) = await RaceAsync("ask");

        var asked = events.Single(e => e.ApprovalRequested is not null).ApprovalRequested;
        asked.Evidence.Fields["failure"].StringValue.ShouldContain("wanted { ");
        entries["notes"].ShouldBe("""{"left":"left","right":"right","shared":"base"}""");
    }

    private static async Task<(List<RunEvent> Events, Dictionary<string, string> Entries)> RaceAsync(string resolve)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        using var both = new SemaphoreSlim(0);
        var read = 0;
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 4).OnTask<Nothing, Nothing>("work", async (_, context, ct) =>
        {
            if (context.TaskId == "first")
            {
                await context.Context.PutAsync("notes", new Dictionary<string, string> { ["shared"] = "base" }, ct);
            }
            else if (context.TaskId == "last")
            {
                foreach (var entry in await context.Context.ListAsync("", ct))
                {
                    entries[entry.Key] = JsonSerializer.Serialize(entry.Value.StructValue.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).ToDictionary(field => field.Key, field => field.Value.StringValue));
                }
            }
            else
            {
                var found = (await context.Context.GetAsync("notes", ct))!;
                var value = found.Value.StructValue.Fields.ToDictionary(field => field.Key, field => field.Value.StringValue);
                value[context.TaskId] = context.TaskId;
                await context.Context.PutAsync("notes", value, ct, expectedVersion: found.Version);
                if (context.Attempt == 1)
                {
                    if (Interlocked.Increment(ref read) == 2)
                    {
                        both.Release(2); // each has read the first version
                    }

                    await both.WaitAsync(ct);
                }
            }

            return new Nothing();
        }));
        PlannedTask Writer(string id) => Task(id, "first").With(task =>
        {
            task.Retry = new RetryPolicy { MaxAttempts = 3, Backoff = 0.01 };
            task.Fallback = resolve == "ask" ? new Fallback { Ask = new Approval { Question = "Again?" } } : null;
        });
        var plan = Of(Task("first"), Writer("left"), Writer("right"), Task("last", "left", "right"));
        plan.Conflicts.Add(new ConflictRule { Keys = "notes*", Resolve = resolve });
        var runId = await system.SubmitAsync(plan);
        if (resolve == "ask")
        {
            var asked = await system.UntilAsync(runId, e => e.ApprovalRequested is not null);
            await system.Engine.DecideAsync(
                new DecideApprovalRequest { RunId = runId, TaskId = asked.ApprovalRequested.TaskId, Approved = true, RequestId = "d" }, TestSystem.Me, CancellationToken.None);
        }

        return (await system.WatchAsync(runId), entries);
    }
}

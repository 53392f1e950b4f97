using Protos.V1;

namespace Chaos.Tests;

/// <summary>Holds what clients and agents saw against what must be.</summary>
internal static class Verification
{
    /// <summary>What is wrong with a run; empty: nothing.</summary>
    /// <param name="executions">Executions of this run.</param>
    /// <param name="histories">The history as each replica tells it afterwards.</param>
    public static IEnumerable<string> Of(ClientRun run, IReadOnlyList<Execution> executions, IReadOnlyList<List<RunEvent>> histories)
    {
        if (run.Gap is not null)
        {
            yield return "its watcher " + run.Gap;
        }

        foreach (var history in histories)
        {
            if (!history.SequenceEqual(run.Seen))
            {
                yield return $"its watcher saw {run.Seen.Count} events, and a replica tells {history.Count} that are not the same";
            }
        }

        if (run.Seen.Count == 0)
        {
            yield return "nothing was seen of it";
            yield break;
        }

        if (run.Shape.Wrong(run.Input, run.Seen[^1]) is { } wrong)
        {
            yield return wrong;
        }

        foreach (var problem in Attempts(run.Seen).Concat(Executions(run.Seen, executions)))
        {
            yield return problem;
        }
    }

    // Each round of a task is recorded once, under the attempt that was the current one; ends come once.
    private static IEnumerable<string> Attempts(List<RunEvent> events)
    {
        Dictionary<string, int> current = [];
        Dictionary<string, bool> recorded = [];
        HashSet<string> ended = [];
        HashSet<string> given = [];
        foreach (var e in events)
        {
            switch (e.BodyCase)
            {
                case RunEvent.BodyOneofCase.TaskStarted:
                    var (task, attempt) = (e.TaskStarted.TaskId, e.TaskStarted.Attempt);
                    if (attempt != current.GetValueOrDefault(task) + 1)
                    {
                        yield return $"{task}: attempt {attempt} follows attempt {current.GetValueOrDefault(task)}";
                    }

                    if (recorded.GetValueOrDefault(task))
                    {
                        yield return $"{task}: attempt {attempt} begins after a result was recorded";
                    }

                    current[task] = attempt;
                    break;
                case RunEvent.BodyOneofCase.FallbackTaken when e.FallbackTaken.Kind == "value":
                    given.Add(e.FallbackTaken.TaskId);
                    break;
                case RunEvent.BodyOneofCase.TaskOutput:
                    if (e.TaskOutput.Attempt != (given.Contains(e.TaskOutput.TaskId) ? 0 : current.GetValueOrDefault(e.TaskOutput.TaskId)))
                    {
                        yield return $"{e.TaskOutput.TaskId}: the result of attempt {e.TaskOutput.Attempt} was recorded when attempt {current.GetValueOrDefault(e.TaskOutput.TaskId)} was the current one";
                    }

                    if (!recorded.TryAdd(e.TaskOutput.TaskId, true))
                    {
                        if (recorded[e.TaskOutput.TaskId])
                        {
                            yield return $"{e.TaskOutput.TaskId}: a result was recorded twice";
                        }

                        recorded[e.TaskOutput.TaskId] = true;
                    }

                    break;
                case RunEvent.BodyOneofCase.RevisionRequested:
                    recorded[e.RevisionRequested.TaskId] = false;
                    break;
                case RunEvent.BodyOneofCase.TaskCompleted or RunEvent.BodyOneofCase.TaskFailed or RunEvent.BodyOneofCase.TaskSkipped or RunEvent.BodyOneofCase.TaskCancelled:
                    var id = e.TaskCompleted?.TaskId ?? e.TaskFailed?.TaskId ?? e.TaskSkipped?.TaskId ?? e.TaskCancelled.TaskId;
                    if (!ended.Add(id))
                    {
                        yield return $"{id}: ended twice";
                    }

                    break;
            }

            if (RunClient.IsEnd(e) && !ReferenceEquals(e, events[^1]))
            {
                yield return $"goes on after its end, with {events[^1].BodyCase}";
            }
        }
    }

    private static IEnumerable<string> Executions(List<RunEvent> events, IReadOnlyList<Execution> executions)
    {
        var started = events.Where(e => e.TaskStarted is not null).ToDictionary(e => (e.TaskStarted.TaskId, e.TaskStarted.Attempt), e => e.TaskStarted.Epoch);
        HashSet<(string, int)> seen = [];
        foreach (var execution in executions)
        {
            var key = (execution.TaskId, execution.Attempt);
            if (!started.TryGetValue(key, out var epoch))
            {
                yield return $"{execution.TaskId}: attempt {execution.Attempt} was executed and never recorded";
            }
            else if (epoch != execution.Epoch)
            {
                yield return $"{execution.TaskId}: attempt {execution.Attempt} was executed under epoch {execution.Epoch} and recorded under {epoch}";
            }

            if (!seen.Add(key))
            {
                yield return $"{execution.TaskId}: attempt {execution.Attempt} was executed twice";
            }
        }

        // Attempt 0: a value that the plan gives in place of a result.
        foreach (var e in events.Where(e => e.TaskOutput is { Attempt: > 0 }))
        {
            if (!seen.Contains((e.TaskOutput.TaskId, e.TaskOutput.Attempt)))
            {
                yield return $"{e.TaskOutput.TaskId}: the result of attempt {e.TaskOutput.Attempt} was recorded, which nobody executed";
            }
        }
    }
}

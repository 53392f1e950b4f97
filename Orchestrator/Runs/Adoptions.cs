using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What a run that tries another again takes over from it.</summary>
internal static class Adoptions
{
    /// <summary>
    /// The finished outputs of a run: of tasks and items that completed by themselves, and whose dependencies all did, or
    /// were skipped by their condition. What a fallback or a passed deadline stood in for is done anew.
    /// </summary>
    /// <param name="old">A run that has ended.</param>
    /// <param name="plan">The plan of the new run; null: that of the old one. Tasks that differ in it are done anew.</param>
    public static IReadOnlyList<TaskAdopted> From(RunState old, Plan? plan = null)
    {
        var adopted = new List<TaskAdopted>();
        if (old.Plan is null)
        {
            return adopted;
        }

        var stands = Standing(old, plan is null ? [] : Changed(old.Plan, plan));
        foreach (var task in old.Plan.Tasks.Where(task => stands.Contains(task.Id)).Select(task => old.Find(task.Id)!))
        {
            if (task.Items is not null)
            {
                adopted.AddRange(task.Items.Where(IsDone).Select(item => Of(old, item)));
            }
            else if (IsDone(task))
            {
                adopted.Add(Of(old, task));
            }
        }

        return adopted;
    }

    // Tasks whose definition, and all that they rest on, are as they were: in the order of the dependencies.
    private static HashSet<string> Standing(RunState old, HashSet<string> changed)
    {
        var open = old.Plan!.Tasks.ToDictionary(task => task.Id, task => task.DependsOn.Count, StringComparer.Ordinal);
        var stands = new HashSet<string>(open.Keys.Where(id => !changed.Contains(id)), StringComparer.Ordinal);
        var free = new Queue<string>(open.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (free.TryDequeue(out var id))
        {
            var task = old.Find(id)!;
            var holds = stands.Contains(id) && IsWhole(task);
            foreach (var dependent in task.Dependents)
            {
                if (!holds)
                {
                    stands.Remove(dependent.Id);
                }

                if (--open[dependent.Id] == 0)
                {
                    free.Enqueue(dependent.Id);
                }
            }
        }

        return stands;
    }

    private static bool IsWhole(TaskNode task) =>
        (task.Status == State.Skipped && !Fallbacks.StandsIn(task))
        || (task.Items is null ? IsDone(task) : task.Status == State.Completed && task.Items.TrueForAll(IsDone));

    private static bool IsDone(TaskNode task) => task.Status == State.Completed && !Fallbacks.StandsIn(task)
        && !(task.Doer == Doer.Person && Values.IsTruthy(task.Output!.Fields["timed_out"]));

    private static TaskAdopted Of(RunState old, TaskNode task)
    {
        var adopted = new TaskAdopted
        {
            TaskId = task.Id,
            FromRun = task.AdoptedFrom.Length > 0 ? task.AdoptedFrom : old.RunId,
            Output = task.Output,
            OutputRef = task.OutputRef,
            Score = task.Score,
        };
        if (task.Item is not null)
        {
            adopted.Items.Add(task.Item);
        }

        return adopted;
    }

    private static HashSet<string> Changed(Plan old, Plan plan)
    {
        var now = plan.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
        return [.. old.Tasks.Where(task => !task.Equals(now.GetValueOrDefault(task.Id))).Select(task => task.Id)];
    }
}

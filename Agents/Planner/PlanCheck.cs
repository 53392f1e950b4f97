using Protos.V1;

namespace Agents.Planner;

/// <summary>The rules that a plan keeps before and after it was changed.</summary>
internal static class PlanCheck
{
    /// <exception cref="InvalidPlanException">All that is wrong, each with the task it is wrong at.</exception>
    public static void Demand(Plan plan)
    {
        var wrong = Violations(plan);
        if (wrong.Count > 0)
            throw new InvalidPlanException(string.Join(' ', wrong.Select(violation => "plan." + violation)));
    }

    /// <summary>All that is wrong, each with the task it is wrong at, without the word <c>plan</c> before it.</summary>
    public static List<string> Violations(Plan plan)
    {
        List<string> wrong = [];
        if (plan.Tasks.Count == 0)
            wrong.Add("tasks: a plan has at least one task.");
        HashSet<string> ids = [];
        foreach (var task in plan.Tasks)
        {
            if (task.Id.Length == 0)
                wrong.Add("tasks: a task has no id.");
            else if (!ids.Add(task.Id))
                wrong.Add($"tasks.{task.Id}: the id is used twice.");
            if (task.KindCase != PlannedTask.KindOneofCase.None)
                continue; // a person, the clock or another run does it
            if (task.Role.Length == 0)
                wrong.Add($"tasks.{task.Id}.role: is missing.");
            if (task.TaskType.Length == 0)
                wrong.Add($"tasks.{task.Id}.task_type: is missing.");
        }

        foreach (var task in plan.Tasks)
        {
            wrong.AddRange(task.DependsOn.Where(name => !ids.Contains(name)).Select(name => $"tasks.{task.Id}.depends_on: there is no task '{name}'."));
            wrong.AddRange(TaskReferences.Of(task).Where(name => !task.DependsOn.Contains(name)).Select(name => $"tasks.{task.Id}: ${{{name}…}} is used and '{name}' is not in depends_on."));
        }

        if (wrong.Count == 0 && Circle(plan) is { } circle)
            wrong.Add($"tasks.{circle[0]}.depends_on: the dependencies run in a circle: {string.Join(" → ", circle)}.");
        return wrong;
    }

    // Whoever cannot be finished by repeatedly taking tasks without open dependencies stands in a circle or behind one.
    private static List<string>? Circle(Plan plan)
    {
        var open = plan.Tasks.ToDictionary(task => task.Id, task => task);
        while (open.Values.Where(task => !task.DependsOn.Any(open.ContainsKey)).ToList() is { Count: > 0 } free)
        {
            foreach (var task in free)
                open.Remove(task.Id);
        }

        if (open.Count == 0)
            return null;
        List<string> path = [];
        var at = open.Keys.First();
        while (!path.Contains(at))
        {
            path.Add(at);
            at = open[at].DependsOn.First(open.ContainsKey);
        }

        path = path[path.IndexOf(at)..];
        path.Add(at);
        return path;
    }
}

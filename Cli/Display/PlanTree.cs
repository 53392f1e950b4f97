using Protos.V1;

namespace Cli.Display;

/// <summary>A graph of tasks as a tree: each stands below the one that it waits for longest, and names the others.</summary>
internal static class PlanTree
{
    /// <summary>A task, and what stands before it on its line.</summary>
    /// <param name="Prefix">E.g. <c>│  └─ </c>.</param>
    /// <param name="Id">The task.</param>
    /// <param name="AlsoNeeds">What it needs beside the task above it.</param>
    internal sealed record Branch(string Prefix, string Id, IReadOnlyList<string> AlsoNeeds);

    /// <summary>From the top.</summary>
    /// <param name="tasks">In the order of the plan, with what each needs. Needs that are not among them are left out.</param>
    public static IReadOnlyList<Branch> Of(IReadOnlyList<(string Id, IReadOnlyList<string> Needs)> tasks)
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        var needs = tasks.ToDictionary(task => task.Id, task => task.Needs.Where(need => tasks.Any(other => other.Id == need)).ToList(), StringComparer.Ordinal);
        int Depth(string id)
        {
            if (!depths.TryGetValue(id, out var depth))
            {
                depths[id] = 0; // a circle ends here
                depths[id] = depth = needs[id].Count == 0 ? 0 : 1 + needs[id].Max(Depth);
            }

            return depth;
        }

        string? Parent(string id) => needs[id].Where(need => Depth(need) < Depth(id)).OrderByDescending(Depth).FirstOrDefault();
        var children = tasks.ToLookup(task => Parent(task.Id) ?? "", task => task.Id, StringComparer.Ordinal);
        var branches = new List<Branch>(tasks.Count);
        void Add(string parent, string indent, bool isTop)
        {
            var ids = children[parent].ToList();
            for (var i = 0; i < ids.Count; i++)
            {
                var isLast = i == ids.Count - 1;
                branches.Add(new Branch(isTop ? "" : indent + (isLast ? "└─ " : "├─ "), ids[i], [.. needs[ids[i]].Where(need => need != parent)]));
                Add(ids[i], isTop ? "" : indent + (isLast ? "   " : "│  "), isTop: false);
            }
        }

        Add("", "", isTop: true);
        return branches;
    }

    /// <summary>A plan as lines of text.</summary>
    public static IEnumerable<string[]> Rows(Plan plan)
    {
        var tasks = plan.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
        return Of([.. plan.Tasks.Select(task => (task.Id, (IReadOnlyList<string>)task.DependsOn))]).Select(branch =>
        {
            var task = tasks[branch.Id];
            return new[] { branch.Prefix + task.Id, Kind(task), Words.OneLine(Notes(task, branch), 100) };
        });
    }

    /// <summary>A plan for Mermaid.</summary>
    public static IEnumerable<string> Mermaid(Plan plan)
    {
        yield return "flowchart TD";
        foreach (var task in plan.Tasks)
        {
            yield return $"  {Name(task.Id)}[\"{Words.Printable(task.Id).Replace('"', '\'')}<br/>{Words.Printable(Kind(task)).Replace('"', '\'')}\"]";
        }

        foreach (var task in plan.Tasks)
        {
            foreach (var need in task.DependsOn)
            {
                yield return $"  {Name(need)} --> {Name(task.Id)}";
            }
        }
    }

    private static string Name(string id) => string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) ? $"{c}" : $"_{(int)c:x}"));

    private static string Kind(PlannedTask task) =>
        task.Approval is not null ? "approval" : task.Wait is not null ? "wait" : task.SubRun is not null ? $"run of {task.SubRun.Playbook}" : task.Discuss is not null ? "discussion" : task.Role;

    private static string Notes(PlannedTask task, Branch branch) => string.Join("; ", new[]
    {
        task.Foreach.Length > 0 ? $"for each of {task.Foreach}" : "",
        task.When.Length > 0 ? $"when {task.When}" : "",
        task.Review is not null ? "reviewed" : "",
        task.Optional ? "optional" : "",
        branch.AlsoNeeds.Count > 0 ? $"needs {string.Join(", ", branch.AlsoNeeds)} too" : "",
    }.Where(part => part.Length > 0));
}

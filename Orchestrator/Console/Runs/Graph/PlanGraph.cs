using Orchestrator.Console.Parts;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Console.Runs.Graph;

/// <summary>
/// Makes of a run what its picture shows. The picture stays small however many tasks there are: the items of a
/// <c>foreach</c> are one node, and so are tasks of a crowded layer that wait for the same and are waited for by the same.
/// </summary>
internal static class PlanGraph
{
    // Nodes in one layer before those that stand alike become one, and before all that are left do.
    private const int Crowded = 9;
    private const int Full = 30;

    /// <summary>The nodes and edges.</summary>
    /// <param name="run">The run.</param>
    /// <param name="open">Ids of nodes whose members are shown one by one.</param>
    public static GraphModel Of(Run run, IReadOnlySet<string> open)
    {
        var children = run.Tasks.Where(task => task.ParentId.Length > 0).ToLookup(task => task.ParentId, StringComparer.Ordinal);
        var tasks = run.Tasks.Where(task => task.ParentId.Length == 0).ToList();
        var dependsOn = Dependencies(run, tasks);
        var layers = GraphLayout.Layers([.. tasks.Select(task => task.Id)], dependsOn.SelectMany(pair => pair.Value.Select(from => (from, pair.Key))));
        var waitedFor = dependsOn.SelectMany(pair => pair.Value.Select(from => (from, pair.Key))).ToLookup(edge => edge.from, edge => edge.Key, StringComparer.Ordinal);

        var nodeOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var layer in tasks.GroupBy(task => layers[task.Id]).OrderBy(layer => layer.Key))
        {
            var groups = layer.Count() < Crowded
                ? layer.Select(task => new List<TaskView> { task })
                : layer.GroupBy(task => $"{string.Join(',', dependsOn[task.Id].Order(StringComparer.Ordinal))}>{string.Join(',', waitedFor[task.Id].Order(StringComparer.Ordinal))}", StringComparer.Ordinal)
                    .Select(group => group.ToList());
            var all = groups.ToList();
            if (all.Count >= Full)
                all = [[.. all.SelectMany(group => group)]];
            foreach (var group in all)
            {
                var node = group is [var single] ? Of(single, [.. children[single.Id]], open) : OfMany(group, open);
                nodes.Add(node);
                foreach (var task in group)
                {
                    nodeOf[task.Id] = node.Id;
                }
            }
        }

        var edges = dependsOn.SelectMany(pair => pair.Value.Select(from => (From: nodeOf[from], To: nodeOf[pair.Key]))).Where(edge => edge.From != edge.To).Distinct().ToList();
        return new GraphModel(nodes, edges);
    }

    // A planning task is not in the plan: all that begins the plan waits for it.
    private static Dictionary<string, IReadOnlyList<string>> Dependencies(Run run, List<TaskView> tasks)
    {
        var known = tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        var planned = run.Plan?.Tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal) ?? [];
        var planning = planned.Count > 0 ? tasks.Where(task => !planned.Contains(task.Id)).Select(task => task.Id).ToList() : [];
        return tasks.ToDictionary(
            task => task.Id,
            task => task.DependsOn.Where(known.Contains).ToList() is { Count: > 0 } given ? given
                : planned.Contains(task.Id) ? (IReadOnlyList<string>)planning : [],
            StringComparer.Ordinal);
    }

    private static GraphNode Of(TaskView task, IReadOnlyList<TaskView> children, IReadOnlySet<string> open)
    {
        var items = children.Where(child => child.Id.StartsWith(task.Id + "/", StringComparison.Ordinal)).ToList();
        if (items.Count > 0)
            return Group(task.Id, task.Title, items, open) with { TaskId = task.Id, Status = task.Status };
        return new GraphNode
        {
            Id = task.Id,
            TaskId = task.Id,
            Title = task.Title,
            Note = Note(task),
            Status = task.Status,
            Progress = task.Status == State.InProgress ? task.Progress : -1,
            SubRunId = task.SubRunId,
        };
    }

    private static GraphNode OfMany(List<TaskView> tasks, IReadOnlySet<string> open)
    {
        var roles = tasks.Select(task => task.Role).Where(role => role.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return Group($"group:{tasks[0].Id}", $"{Words.Count(tasks.Count)} tasks{(roles is [var role] ? $" of {role}" : "")}", tasks, open);
    }

    private static GraphNode Group(string id, string title, List<TaskView> members, IReadOnlySet<string> open)
    {
        var ended = members.Count(member => member.Status.IsTerminal());
        var failed = members.Count(member => member.Status == State.Failed);
        return new GraphNode
        {
            Id = id,
            Title = title,
            Note = $"{Words.Count(ended)} of {Words.Count(members.Count)} ended{(failed > 0 ? $", {Words.Count(failed)} failed" : "")}",
            Status = Foremost(members),
            Progress = ended < members.Count ? (double)ended / members.Count : -1,
            Members = members,
            IsOpen = open.Contains(id),
        };
    }

    // What a reader should know of first.
    private static State Foremost(List<TaskView> members)
    {
        State[] order = [State.InProgress, State.Review, State.Revision, State.Waiting, State.Ready, State.Failed, State.Pending, State.Cancelled, State.Completed, State.Skipped];
        return order.FirstOrDefault(state => members.Exists(member => member.Status == state), State.Pending);
    }

    private static string Note(TaskView task) => task.Status switch
    {
        State.Failed when task.Failure is not null => task.Failure.Code,
        State.InProgress when task.ProgressMessage.Length > 0 => task.ProgressMessage,
        State.Waiting when task.Approval is not null => "waits for a decision",
        State.Waiting or State.Skipped or State.Ready when task.Note.Length > 0 => task.Note,
        State.Review or State.Revision => task.Scores.Count > 0 ? $"last score {task.Scores[^1].Score}" : task.Role,
        State.Completed => Join(task.Role, task.DurationSeconds > 0 ? Words.Duration(TimeSpan.FromSeconds(task.DurationSeconds)) : "", task.Score is { } score ? $"score {score}" : ""),
        _ => Join(task.Role, task.Attempts > 1 ? $"attempt {task.Attempts}" : ""),
    };

    private static string Join(params string[] parts) => string.Join(" · ", parts.Where(part => part.Length > 0));
}

using Google.Protobuf.WellKnownTypes;
using Orchestrator.Planning.Yaml;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads a playbook's <c>tasks</c> and <c>result</c> into a plan, and holds it against the rules for plans.</summary>
internal sealed class PlaybookPlanParser(Action<YamlNode, string> wrong)
{
    private readonly Dictionary<string, YamlMap> _nodes = new(StringComparer.Ordinal);
    private bool _broken;

    /// <summary>The playbooks whose runs the plan makes, each with its place.</summary>
    public IReadOnlyList<PlaybookUse> Uses(Plan plan) =>
    [
        .. plan.Tasks.Where(task => task.KindCase == PlannedTask.KindOneofCase.SubRun && _nodes[task.Id]["playbook"] is not null)
            .Select(task => (Task: task, Node: _nodes[task.Id]["playbook"]!))
            .Select(use => new PlaybookUse(use.Task.SubRun.Playbook, [.. use.Task.Input?.Fields.Keys ?? []], use.Task.Id, use.Node.Line, use.Node.Column)),
    ];

    public Plan Parse(YamlFields fields, IReadOnlyCollection<string> inputNames)
    {
        var plan = new Plan();
        var tasks = fields.Node("tasks");
        switch (tasks)
        {
            case null:
                Wrong(fields.Map, "tasks is missing; it is required");
                break;
            case YamlMap map:
                foreach (var (key, value) in map.Fields)
                    Add(plan, key, key.Text, value, listed: false);
                break;
            case YamlList list:
                foreach (var item in list.Items)
                    Add(plan, item, null, item, listed: true);
                break;
            default:
                Wrong(tasks, $"tasks is {tasks.Kind}; it must be a mapping of tasks by id, or a list of tasks with an id");
                break;
        }

        plan.Result = fields.Data("result");
        if (fields.Data("conflicts") is { } conflicts)
            plan.Conflicts.Add(conflicts.Fields.Select(rule => new ConflictRule { Keys = rule.Key, Resolve = Values.ToText(rule.Value) }));
        plan.Budget = new PlaybookBudgetParser(Wrong).Read(fields.Fields("budget"));
        plan.Disputes = PlaybookDiscussionParser.ReadDisputes(fields.Fields("disputes"));
        // A plan that could not be read whole would be blamed for what was left out.
        if (!_broken)
        {
            foreach (var violation in PlanRules.Violations(plan))
                Blame(violation, tasks ?? fields.Map, fields);
            new PlaybookReferences(wrong).Check(plan, _nodes, fields, inputNames);
        }

        return plan;
    }

    private void Add(Plan plan, YamlNode at, string? id, YamlNode node, bool listed)
    {
        if (node is not YamlMap map)
        {
            Wrong(node, id is null ? $"a task is a mapping, this is {node.Kind}" : $"tasks.{id} is {node.Kind}; it must be a mapping");
            return;
        }

        id ??= map["id"] is YamlScalar { Value.KindCase: Value.KindOneofCase.StringValue } scalar ? scalar.Text : null;
        if (string.IsNullOrEmpty(id))
        {
            Wrong(at, "a task in a list needs an 'id' that is text");
            return;
        }

        if (!_nodes.TryAdd(id, map))
        {
            Wrong(at, $"tasks.{id} stands here twice; the first is in line {_nodes[id].Line}");
            return;
        }

        var task = Task(new YamlFields(map, $"tasks.{id}", Wrong), listed);
        task.Id = id;
        plan.Tasks.Add(task);
    }

    private PlannedTask Task(YamlFields fields, bool listed)
    {
        if (listed)
            fields.Node("id");
        var kinds = new PlaybookKindsParser(Wrong);
        var agent = PlaybookKindsParser.IsForAnAgent(fields);
        var task = new PlannedTask
        {
            Role = fields.Text("role", 100, required: agent),
            TaskType = fields.Text("task", 100, required: agent),
            Title = fields.Text("title", 200),
            Description = fields.Text("description", 10_000),
            Input = fields.Data("input"),
            Context = fields.Data("context"),
            When = fields.Text("when", 2000),
            Foreach = fields.Text("foreach", 500),
            MaxParallel = fields.Integer("max_parallel", 0, PlanRules.MaxItems) ?? 0,
            Optional = fields.Flag("optional"),
            TimeLimit = fields.Integer("time_limit", 0, 30 * 86400) ?? 0,
            Deadline = fields.Integer("deadline", 1, Waits.MaxSeconds) ?? 0,
            Estimate = fields.Number("estimate", 0, 30 * 86400) ?? 0,
            Review = PlaybookReviewParser.Read(fields.Fields("review")),
            Retry = Retry(fields.Fields("retry")),
            Window = Window(fields.Fields("window")),
            Budget = new PlaybookBudgetParser(Wrong).Read(fields.Fields("budget")),
            ExpectedOutput = Expected(fields.Fields("expected_output")),
        };
        kinds.Read(fields, task);
        task.DependsOn.Add(fields.Texts("needs", 1000, 100));
        task.Requirements.Add(fields.Texts("requirements", 100, 2000));
        if (fields.Integer("priority", 0, 9) is { } priority)
            task.Priority = priority;
        fields.Done();
        return task;
    }

    private static ContextWindow? Window(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var window = new ContextWindow { Tokens = fields.Integer("tokens", 1, 10_000_000) ?? 0 };
        fields.Done();
        return window;
    }

    private static RetryPolicy? Retry(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var retry = new RetryPolicy
        {
            MaxAttempts = fields.Integer("max_attempts", 1, 100) ?? 0,
            Backoff = fields.Number("backoff", 0, 86400) ?? 0,
            MaxBackoff = fields.Number("max_backoff", 0, 86400) ?? 0,
        };
        fields.Done();
        return retry;
    }

    private static ExpectedOutput? Expected(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var expected = new ExpectedOutput
        {
            Tests = fields.Text("tests", 100),
            Coverage = fields.Text("coverage", 100),
            Files = { fields.Texts("files", 1000, 500) },
        };
        fields.Done();
        return expected;
    }

    // The rules for plans speak of "tasks.<id>.<field>: …" with the plan's field names; here the file's count.
    private void Blame(string violation, YamlNode tasks, YamlFields document)
    {
        var end = violation.IndexOf(':', StringComparison.Ordinal);
        var path = end < 0 ? "" : FileNames(violation[..end]);
        var parts = path.Split('.');
        var node = tasks;
        if (parts is ["result" or "budget" or "conflicts" or "disputes", ..])
            node = document.Node(parts[0]) ?? tasks;
        else if (parts.Length > 1 && _nodes.TryGetValue(parts[1], out var task))
            node = Innermost(task, parts.AsSpan(2));
        else if (violation.Contains(" → ", StringComparison.Ordinal))
            node = _nodes.FirstOrDefault(pair => violation.Contains($": {pair.Key} → ", StringComparison.Ordinal)).Value?["needs"] ?? tasks;
        if (end >= 0)
            violation = path + violation[end..];
        wrong(node, violation.Replace("in depends_on", "in needs").Replace("and duration (", "and for (").TrimEnd('.'));
    }

    private static YamlNode Innermost(YamlNode node, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not YamlMap map || map[name] is not { } inner)
                break;
            node = inner;
        }

        return node;
    }

    private static string FileNames(string planPath)
    {
        var path = planPath.Split('.');
        if (path is not ["tasks", var id, var field, .. var rest])
            return planPath;
        (field, rest) = (field, rest) switch
        {
            ("depends_on", _) => ("needs", rest),
            ("task_type", _) => ("task", rest),
            ("sub_run", ["request", ..]) => ("request", []),
            ("sub_run", _) => ("playbook", []),
            ("wait", ["duration"]) => ("wait", ["for"]),
            _ => (field, rest),
        };
        return string.Join('.', ["tasks", id, field, .. rest]);
    }

    private void Wrong(YamlNode at, string reason)
    {
        _broken = true;
        wrong(at, reason);
    }
}

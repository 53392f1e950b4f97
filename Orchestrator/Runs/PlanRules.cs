using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What every plan must keep, wherever it comes from, and the defaults of what it leaves open.</summary>
internal static class PlanRules
{
    /// <summary>Tasks in one plan.</summary>
    public const int MaxTasks = 10_000;

    /// <summary>Items of one foreach.</summary>
    public const int MaxItems = 10_000;

    /// <summary>Score that a review must reach.</summary>
    public static int Threshold(ReviewGate gate) => gate.Threshold > 0 ? gate.Threshold : 80;

    /// <summary>Rounds of review.</summary>
    public static int MaxRounds(ReviewGate gate) => gate.MaxRounds > 0 ? gate.MaxRounds : 2;

    /// <summary>Items of a foreach at a time; 0: all. Of runs 10 unless the plan says otherwise: no instance limits them.</summary>
    public static int MaxParallel(PlannedTask task) =>
        task.MaxParallel > 0 || task.KindCase != PlannedTask.KindOneofCase.SubRun ? task.MaxParallel : 10;

    /// <summary>Name of the task that reviews another.</summary>
    public static string ReviewId(string taskId, int round) => $"{taskId}/review-{round}";

    /// <summary>Every rule that the plan breaks, in words that name the task, the field and the value; empty: none.</summary>
    public static IReadOnlyList<string> Violations(Plan plan)
    {
        var violations = new List<string>();
        if (plan.Tasks.Count == 0)
        {
            violations.Add("tasks: a plan has at least one task.");
        }

        if (plan.Tasks.Count > MaxTasks)
        {
            violations.Add($"tasks: {plan.Tasks.Count} are too many; at most {MaxTasks} are allowed.");
            return violations;
        }

        var byId = new Dictionary<string, PlannedTask>(StringComparer.Ordinal);
        foreach (var task in plan.Tasks)
        {
            if (CheckId(task.Id) is { } wrong)
            {
                violations.Add(wrong);
            }
            else if (!byId.TryAdd(task.Id, task))
            {
                violations.Add($"tasks.{task.Id}: the id is used twice.");
            }
        }

        foreach (var task in plan.Tasks)
        {
            CheckTask(task, byId, violations);
        }

        if (violations.Count == 0 && Cycle(plan) is { } cycle)
        {
            violations.Add($"tasks: the dependencies run in a circle: {string.Join(" → ", cycle)}.");
        }

        BudgetRules.Check(plan.Budget, "budget", violations);
        Disputes.Check(plan.Disputes, "disputes", violations);
        foreach (var rule in plan.Conflicts)
        {
            if (rule.Keys.Length is 0 or > 200 || rule.Keys.IndexOf('*') is >= 0 and var star && star < rule.Keys.Length - 1)
            {
                violations.Add($"conflicts: '{rule.Keys}' is no key, and no beginning of keys with '*' at its end, of 1 to 200 characters.");
            }

            if (!Conflicts.All.Contains(rule.Resolve))
            {
                violations.Add($"conflicts: '{rule.Resolve}' for '{rule.Keys}' is none of {string.Join(", ", Conflicts.All)}.");
            }
        }

        CheckReferences("result", () => Template.References(Value.ForStruct(plan.Result ?? new Struct())), byId.ContainsKey, "a task of the plan", violations);
        return violations;
    }

    /// <summary>The first field of every reference in a <c>when</c> or <c>foreach</c>, by task.</summary>
    internal static Dictionary<string, HashSet<string>> NeededFields(Plan plan)
    {
        var needed = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var reference in plan.Tasks.SelectMany(task => Template.References(task.When).Concat(Template.References(task.Foreach))))
        {
            if (reference.IsTask && reference.Path.Length > 0)
            {
                if (!needed.TryGetValue(reference.Root, out var fields))
                {
                    needed[reference.Root] = fields = new HashSet<string>(StringComparer.Ordinal);
                }

                fields.Add(reference.Path.FirstOrDefault(step => !char.IsAsciiDigit(step[0])) ?? reference.Path[0]);
            }
        }

        return needed;
    }

    private static string? CheckId(string id)
    {
        if (id.Length is 0 or > 100 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') || !char.IsAsciiLetterOrDigit(id[0]))
        {
            return $"tasks: '{id}' is no id: 1 to 100 letters, digits, '_' and '-', beginning with a letter or digit.";
        }

        return Reference.Reserved.Contains(id) ? $"tasks.{id}: the id is reserved." : null;
    }

    private static void CheckTask(PlannedTask task, Dictionary<string, PlannedTask> byId, List<string> violations)
    {
        var at = $"tasks.{task.Id}";
        foreach (var name in task.DependsOn.Where(name => !byId.ContainsKey(name)))
        {
            violations.Add($"{at}.depends_on: there is no task '{name}'.");
        }

        foreach (var name in task.DependsOn.GroupBy(name => name).Where(group => group.Count() > 1))
        {
            violations.Add($"{at}.depends_on: '{name.Key}' stands there twice.");
        }

        InRange(task.Priority ?? 0, 0, 9, $"{at}.priority", violations);
        InRange(task.TimeLimit, 0, 30 * 86400, $"{at}.time_limit", violations);
        InRange(task.MaxParallel, 0, MaxItems, $"{at}.max_parallel", violations);
        InRange(task.Deadline, 0, Waits.MaxSeconds, $"{at}.deadline", violations);
        if (!(task.Estimate >= 0 && double.IsFinite(task.Estimate)))
        {
            violations.Add($"{at}.estimate: {task.Estimate} is no number of seconds from 0.");
        }

        BudgetRules.Check(task.Budget, $"{at}.budget", violations);
        if (task.Budget is { Agents.Count: > 0 } && task.KindCase != PlannedTask.KindOneofCase.SubRun)
        {
            violations.Add($"{at}.budget.agents: a task has one agent at a time; the run's budget can limit its agents.");
        }

        InRange(task.Window?.Tokens ?? 0, 0, 10_000_000, $"{at}.window.tokens", violations);
        CheckRetry(task, at, violations);
        CheckGate(task, at, violations);
        CheckLanguage(task, at, violations);
        KindRules.Check(task, at, violations);
        bool Known(string root) => task.DependsOn.Contains(root);
        const string Rule = "in depends_on";
        CheckReferences($"{at}.input", () => Template.References(Value.ForStruct(task.Input ?? new Struct())), Known, Rule, violations);
        CheckReferences($"{at}.context", () => Template.References(Value.ForStruct(task.Context ?? new Struct())), Known, Rule, violations);
        CheckReferences($"{at}.requirements", () => task.Requirements.SelectMany(Template.References), Known, Rule, violations);
        foreach (var (field, references) in KindRules.References(task))
        {
            CheckReferences($"{at}.{field}", references, Known, Rule, violations);
        }

        CheckReferences($"{at}.description", () => Template.References(task.Description), Known, Rule, violations);
        CheckReferences($"{at}.when", () => Template.References(task.When), Known, Rule, violations);
        CheckReferences($"{at}.foreach", () => Template.References(task.Foreach), Known, Rule, violations);
    }

    private static void CheckRetry(PlannedTask task, string at, List<string> violations)
    {
        if (task.Retry is { } retry)
        {
            InRange(retry.MaxAttempts, 0, 100, $"{at}.retry.max_attempts", violations);
            if (!(retry.Backoff >= 0 && retry.Backoff <= 86400 && retry.MaxBackoff >= 0 && retry.MaxBackoff <= 86400))
            {
                violations.Add($"{at}.retry: backoff and max_backoff are seconds from 0 to 86400.");
            }
        }
    }

    private static void CheckGate(PlannedTask task, string at, List<string> violations)
    {
        if (task.Review is { } gate)
        {
            ReviewScores.Check(gate, $"{at}.review", violations);
        }
    }

    private static void CheckLanguage(PlannedTask task, string at, List<string> violations)
    {
        if (task.When.Length > 0)
        {
            try
            {
                Condition.Check(task.When);
            }
            catch (FormatException e)
            {
                violations.Add($"{at}.when: {e.Message}");
            }
        }

        if (task.Foreach.Length > 0 && !(task.Foreach.StartsWith("${", StringComparison.Ordinal) && task.Foreach.IndexOf('}') == task.Foreach.Length - 1))
        {
            violations.Add($"{at}.foreach: '{task.Foreach}' must be exactly one reference, like ${{inventory.areas}}.");
        }
    }

    private static void CheckReferences(
        string at, Func<IEnumerable<Reference>> references, Func<string, bool> known, string rule, List<string> violations)
    {
        try
        {
            foreach (var root in references().Where(reference => reference.IsTask && !known(reference.Root)).Select(reference => reference.Root).Distinct())
            {
                violations.Add($"{at}: ${{{root}…}} is not {rule}.");
            }
        }
        catch (FormatException e)
        {
            violations.Add($"{at}: {e.Message}");
        }
    }

    internal static void InRange(int value, int low, int high, string at, List<string> violations)
    {
        if (value < low || value > high)
        {
            violations.Add($"{at}: {value} is not in {low} to {high}.");
        }
    }

    // Kahn's algorithm finds that there is a circle; walking back inside what remains finds one.
    private static List<string>? Cycle(Plan plan)
    {
        var open = plan.Tasks.ToDictionary(task => task.Id, task => task.DependsOn.Count);
        var dependents = plan.Tasks.SelectMany(task => task.DependsOn.Select(name => (name, task.Id))).ToLookup(pair => pair.name, pair => pair.Id);
        var free = new Queue<string>(open.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (free.TryDequeue(out var id))
        {
            open.Remove(id);
            foreach (var dependent in dependents[id])
            {
                if (--open[dependent] == 0)
                {
                    free.Enqueue(dependent);
                }
            }
        }

        if (open.Count == 0)
        {
            return null;
        }

        var byId = plan.Tasks.ToDictionary(task => task.Id);
        var path = new List<string>();
        var at = open.Keys.First();
        while (!path.Contains(at))
        {
            path.Add(at);
            at = byId[at].DependsOn.First(open.ContainsKey);
        }

        path = path[path.IndexOf(at)..];
        path.Add(at);
        path.Reverse();
        return path;
    }
}

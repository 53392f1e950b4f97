using System.Text.Json;
using System.Text.RegularExpressions;

namespace Agents.Planner.Free;

/// <summary>What is wrong with a model's plan: the rules of every plan, and what the agents that are there can do.</summary>
internal static partial class FreePlanCheck
{
    public static IReadOnlyList<string> Violations(FreePlan plan, IReadOnlyList<AgentOffer> offers)
    {
        List<string> wrong = [];
        try
        {
            wrong.AddRange(PlanCheck.Violations(plan.ToPlan()));
        }
        catch (InvalidPlanException exception)
        {
            wrong.Add(exception.Message);
        }

        var known = new Dictionary<string, AgentOffer>(StringComparer.Ordinal);
        foreach (var task in plan.Tasks)
        {
            if (offers.FirstOrDefault(offer => offer.Role == task.Role && offer.TaskType == task.TaskType) is { } offer)
                known[task.Id] = offer;
            else
                wrong.Add($"tasks.{task.Id}: nobody offers {task.Role}/{task.TaskType}; there are {string.Join(", ", offers.Select(one => $"{one.Role}/{one.TaskType}"))}.");
        }

        foreach (var task in plan.Tasks.Where(task => known.ContainsKey(task.Id)))
            wrong.AddRange(InputViolations(task, known[task.Id]));
        var several = plan.Tasks.Where(task => task.Foreach is { Length: > 0 }).Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (where, text) in Texts(plan))
            wrong.AddRange(ReferenceViolations(where, text, known, several, plan));
        return [.. wrong.Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> InputViolations(FreeTask task, AgentOffer offer)
    {
        string[] given = task.Input is { ValueKind: JsonValueKind.Object } input ? [.. input.EnumerateObject().Select(field => field.Name)] : [];
        foreach (var name in offer.Required.Except(given))
            yield return $"tasks.{task.Id}.input.{name}: is missing; {offer.Role}/{offer.TaskType} requires it.";
        foreach (var name in offer.Inputs is null ? [] : given.Except(offer.Inputs))
            yield return $"tasks.{task.Id}.input.{name}: {offer.Role}/{offer.TaskType} has no such field; it has {string.Join(", ", offer.Inputs!)}.";
    }

    private static IEnumerable<string> ReferenceViolations(string where, string text, Dictionary<string, AgentOffer> known, HashSet<string> several, FreePlan plan)
    {
        foreach (Match match in Reference().Matches(text))
        {
            var (task, field) = (match.Groups["task"].Value, match.Groups["field"].Value);
            if (where == "result" && plan.Result is not null && plan.Tasks.All(one => one.Id != task))
                yield return $"result: there is no task '{task}'.";
            // The output of a list of tasks is a list.
            if (field.Length > 0 && !several.Contains(task) && known.GetValueOrDefault(task)?.Outputs is { } outputs && !outputs.Contains(field))
                yield return $"{where}: the output of '{task}' has no field '{field}'; it has {string.Join(", ", outputs)}.";
        }
    }

    private static IEnumerable<(string Where, string Text)> Texts(FreePlan plan)
    {
        foreach (var task in plan.Tasks)
            yield return ($"tasks.{task.Id}", $"{task.Description} {task.Foreach} {(task.Input is { } input ? input.GetRawText() : "")}");
        foreach (var value in plan.Result?.Values ?? [])
            yield return ("result", value);
    }

    [GeneratedRegex(@"\$\{\s*(?<task>[A-Za-z0-9_-]+)(?:\.(?<field>[A-Za-z_][A-Za-z0-9_]*))?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}

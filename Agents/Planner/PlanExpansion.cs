using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Planner;

/// <summary>
/// Changes a draft to fit a workspace, in this order: what was not asked for or cannot apply goes, what is too large for one
/// attempt is split, the rest is estimated. Every change has its note.
/// </summary>
internal static partial class PlanExpansion
{
    private const int FewestAreaLines = 2_000;
    private const int MostAreaLines = 12_000;
    private const int WantedAreas = 8;

    /// <summary>Changes <paramref name="plan"/>; without a workspace (<paramref name="facts"/> null) only what inputs decide.</summary>
    public static IReadOnlyList<string> Expand(Plan plan, WorkspaceFacts? facts, PlanInputs inputs)
    {
        List<string> notes = [];
        if (facts is not null)
            notes.Add(facts.Describe());
        DropUnwanted(plan, facts, inputs, notes);
        if (facts is not null)
        {
            var areaLines = (int)Math.Clamp(facts.SourceLines / WantedAreas, FewestAreaLines, MostAreaLines);
            SizeAreas(plan, facts, areaLines, notes);
            Split(plan, facts, areaLines, notes);
            Estimate(plan, facts, areaLines, notes);
        }

        return notes;
    }

    private static void DropUnwanted(Plan plan, WorkspaceFacts? facts, PlanInputs inputs, List<string> notes)
    {
        foreach (var task in plan.Tasks.ToList())
        {
            if (InputCondition().Match(task.When) is { Success: true } match && inputs.IsOff(match.Groups["name"].Value) && CanGo(plan, task))
                Drop(plan, task, $"the input '{match.Groups["name"].Value}' does not ask for it", notes);
            else if (facts is { SourceFiles: 0 } && NeedsSource(task) && CanGo(plan, task))
                Drop(plan, task, "the workspace has no source files", notes);
        }
    }

    private static bool NeedsSource(PlannedTask task) =>
        Throughput.Of(task).Reads == Throughput.Reads.Source || task is { Role: "developer", TaskType: "fix" };

    // The last task of a plan stays: a plan without tasks says nothing.
    private static bool CanGo(Plan plan, PlannedTask task) => plan.Tasks.Count > 1 && plan.Tasks.Contains(task);

    private static void Drop(Plan plan, PlannedTask task, string why, List<string> notes)
    {
        plan.Tasks.Remove(task);
        notes.Add($"'{task.Id}' was removed: {why}.");
        if (plan.Result is not null)
            plan.Result = TaskReferences.Replace(Value.ForStruct(plan.Result), task.Id, []).StructValue;
        foreach (var dependent in plan.Tasks.Where(other => other.DependsOn.Contains(task.Id)).ToList())
        {
            dependent.DependsOn.Remove(task.Id);
            var pointless = TaskReferences.Of(dependent.Foreach).Contains(task.Id)
                || (dependent.Optional && (dependent.DependsOn.Count == 0 || TaskReferences.Of(dependent.When).Contains(task.Id)));
            if (pointless && CanGo(plan, dependent))
                Drop(plan, dependent, $"it works on what '{task.Id}' would have given", notes);
            else
                Forget(dependent, task.Id);
        }
    }

    private static void Forget(PlannedTask task, string id)
    {
        if (task.Input is not null)
            task.Input = TaskReferences.Replace(Value.ForStruct(task.Input), id, []).StructValue;
        task.Description = TaskReferences.InText(task.Description, id, "nothing");
        task.When = TaskReferences.InText(task.When, id, "null");
        if (TaskReferences.Of(task.Foreach).Contains(id))
            task.Foreach = "";
        TaskReferences.ForgetElsewhere(task, id);
    }

    // Where the plan goes by areas of an inventory, the inventory is told how large they should be.
    private static void SizeAreas(Plan plan, WorkspaceFacts facts, int areaLines, List<string> notes)
    {
        foreach (var inventory in plan.Tasks.Where(task => task is { Role: "researcher", TaskType: "inventory" }))
        {
            var used = plan.Tasks.Where(task => TaskReferences.Of(task.Foreach).Contains(inventory.Id)).Select(task => task.Id).ToList();
            inventory.Input ??= new Struct();
            if (used.Count == 0 || inventory.Input.Fields.ContainsKey("max_area_lines"))
                continue;
            inventory.Input.Fields["max_area_lines"] = Value.ForNumber(areaLines);
            notes.Add($"{Names(used)} {(used.Count == 1 ? "goes" : "go")} over about {Areas(facts, areaLines)} areas of up to {areaLines:N0} lines of source.");
        }
    }

    // A review of everything in one task becomes one per area.
    private static void Split(Plan plan, WorkspaceFacts facts, int areaLines, List<string> notes)
    {
        if (facts.SourceLines <= MostAreaLines)
            return;
        foreach (var task in plan.Tasks.Where(task => task.Role == "reviewer" && Throughput.Of(task).Reads == Throughput.Reads.Source).ToList())
        {
            if (task.Foreach.Length > 0 || task.Input?.Fields.ContainsKey("paths") == true)
                continue;
            if (!CanBecomeSeveral(plan, task.Id))
            {
                notes.Add($"'{task.Id}' has {facts.SourceLines:N0} lines to read and was not split: other tasks need its output as one.");
                continue;
            }

            var groups = facts.Areas.Plan(areaLines);
            if (groups.Count < 2)
                continue;
            var parts = groups.Select((group, i) => Part(plan, task, i + 1, group.Paths, group.Title)).ToList();
            var at = plan.Tasks.IndexOf(task);
            plan.Tasks.RemoveAt(at);
            foreach (var part in Enumerable.Reverse(parts))
                plan.Tasks.Insert(at, part);
            Rewire(plan, task.Id, [.. parts.Select(part => part.Id)]);
            notes.Add($"'{task.Id}' was split into {parts.Count} tasks by area: {facts.SourceLines:N0} lines are too many for one attempt.");
        }
    }

    private static bool CanBecomeSeveral(Plan plan, string id) =>
        TaskReferences.OnlyWhole(Value.ForStruct(plan.Result ?? new Struct()), id)
        && plan.Tasks.All(task => !TaskReferences.Of(task.When + task.Foreach + task.Description).Concat(TaskReferences.Elsewhere(task)).Contains(id) && TaskReferences.OnlyWhole(Value.ForStruct(task.Input ?? new Struct()), id));

    private static PlannedTask Part(Plan plan, PlannedTask task, int number, IReadOnlyList<string> paths, string title)
    {
        var part = task.Clone();
        part.Id = $"{task.Id}-{number}";
        while (plan.Tasks.Any(other => other.Id == part.Id))
            part.Id += "x";
        part.Title = $"{(task.Title.Length > 0 ? task.Title : task.Id)}: {title}";
        part.Input ??= new Struct();
        part.Input.Fields["paths"] = Value.ForList([.. paths.Select(Value.ForString)]);
        return part;
    }

    private static void Rewire(Plan plan, string id, IReadOnlyList<string> parts)
    {
        if (plan.Result is not null)
            plan.Result = TaskReferences.Replace(Value.ForStruct(plan.Result), id, parts).StructValue;
        foreach (var task in plan.Tasks.Where(task => task.DependsOn.Remove(id)))
        {
            task.DependsOn.Add(parts);
            if (task.Input is not null)
                task.Input = TaskReferences.Replace(Value.ForStruct(task.Input), id, parts).StructValue;
        }
    }

    private static void Estimate(Plan plan, WorkspaceFacts facts, int areaLines, List<string> notes)
    {
        foreach (var task in plan.Tasks.Where(task => task.KindCase == PlannedTask.KindOneofCase.None))
        {
            var lines = Lines(task, facts, areaLines);
            if (Throughput.Of(task).Reads != Throughput.Reads.Nothing || task.Estimate <= 0)
                task.Estimate = Throughput.Estimate(task, lines);
            var limit = Throughput.TimeLimit(task.Estimate);
            if (task.TimeLimit == 0)
            {
                task.TimeLimit = limit;
            }
            else if (task.TimeLimit < task.Estimate)
            {
                notes.Add($"The time limit of '{task.Id}' was raised from {task.TimeLimit} to {limit} seconds: {lines:N0} lines take about {task.Estimate:N0}.");
                task.TimeLimit = limit;
            }
        }
    }

    private static long Lines(PlannedTask task, WorkspaceFacts facts, int areaLines)
    {
        var all = Throughput.Of(task).Reads switch
        {
            Throughput.Reads.Everything => facts.Lines,
            Throughput.Reads.Source => facts.SourceLines,
            Throughput.Reads.Documents => facts.DocumentLines + facts.SourceLines,
            _ => 0,
        };
        var isPart = task.Role == "reviewer" && (task.Foreach.Length > 0 || task.Input?.Fields.ContainsKey("paths") == true);
        return isPart ? Math.Min(all, areaLines) : all;
    }

    private static long Areas(WorkspaceFacts facts, int areaLines) => Math.Max(1, (facts.SourceLines + areaLines - 1) / areaLines);

    private static string Names(List<string> ids) => ids.Count == 1 ? $"'{ids[0]}'" : string.Join(", ", ids.Take(ids.Count - 1).Select(id => $"'{id}'")) + $" and '{ids[^1]}'";

    [GeneratedRegex(@"^\s*\$\{\s*inputs\.(?<name>[A-Za-z0-9_-]+)\s*\}\s*(?:and\b.*)?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InputCondition();
}

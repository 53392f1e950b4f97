using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Protos.V1;

namespace Agents.Planner.Free;

/// <summary>A plan as a model is asked for it: the parts of agents/v1/plan.proto that it needs.</summary>
internal sealed record FreePlan(
    [property: Description("Why these tasks, in one or two sentences.")] string Reason,
    [property: MinLength(1), MaxLength(30), Description("The tasks, in the order in which a person would tell them.")] IReadOnlyList<FreeTask> Tasks,
    [property: Description("What the run yields, by name, each a ${task.field} reference. Names that people are shown: summary, findings, citations, missing, files.")]
    IReadOnlyDictionary<string, string>? Result = null)
{
    // What a run shows when its plan does not say: the fields by those names of its last task.
    private static readonly string[] Shown = ["summary", "answer", "findings", "citations", "missing", "files"];

    /// <exception cref="InvalidPlanException">It cannot be read as a plan.</exception>
    public Plan ToPlan()
    {
        var result = new JsonObject();
        foreach (var (name, value) in Result ?? Shown.ToDictionary(name => name, name => "${" + Tasks[^1].Id + "." + name + "}"))
            result[name] = value;
        var plan = new JsonObject { ["tasks"] = new JsonArray([.. Tasks.Select(task => task.ToJson())]), ["result"] = result };
        return PlanJson.Read(JsonSerializer.SerializeToElement(plan));
    }
}

/// <summary>A task of such a plan.</summary>
internal sealed record FreeTask(
    [property: RegularExpression("^[a-z0-9][a-z0-9_-]{0,59}$"), Description("Unique; lower case letters, digits, - and _.")] string Id,
    string Title,
    [property: Description("One of the roles that are offered.")] string Role,
    [property: Description("One of the role's task types.")] string TaskType,
    [property: Description("What is to be done, for whoever does it.")] string Description,
    [property: Description("Ids of the tasks whose outputs it needs.")] IReadOnlyList<string>? DependsOn = null,
    [property: Description("Fields of the input schema of that task type. A value may be ${request}, or ${task.field} of a task in depends_on.")] JsonElement? Input = null,
    [property: Description("A reference to a list, e.g. ${list.items}: one task for each item, which is ${item}. Absent: one task.")] string? Foreach = null,
    [property: Description("Whether the run goes on when it fails.")] bool Optional = false)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["id"] = Id,
            ["title"] = Title,
            ["role"] = Role,
            ["task_type"] = TaskType,
            ["description"] = Description,
            ["depends_on"] = new JsonArray([.. (DependsOn ?? []).Select(id => JsonValue.Create(id))]),
            ["foreach"] = Foreach ?? "",
            ["optional"] = Optional,
        };
        if (Input is { ValueKind: JsonValueKind.Object } input)
            json["input"] = JsonObject.Create(input);
        return json;
    }
}

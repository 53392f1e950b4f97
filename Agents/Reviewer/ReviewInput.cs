using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agents.Hosting;
using Agents.Reviewer.Outputs;

namespace Agents.Reviewer;

/// <summary>An output to review.</summary>
/// <param name="Output">The output.</param>
/// <param name="Task">What it was asked to be; null when nobody said.</param>
/// <param name="Rubric">Further criteria, in words.</param>
/// <param name="Threshold">The score from which on the verdict is approved; null means 70.</param>
public sealed record ReviewInput(
    [property: Description("The output to review.")] JsonElement Output,
    [property: Description("What it was asked to be.")] ReviewedTask? Task = null,
    [property: Description("Further criteria, in words.")] IReadOnlyList<string>? Rubric = null,
    [property: Description("The score from which on the verdict is approved. Default 70."), Range(0, 100)] int? Threshold = null)
{
    internal OutputReviewRequest ToRequest(TaskContext context) => new()
    {
        Output = Output,
        Description = Task?.Description ?? "",
        Requirements = Task?.Requirements ?? [],
        Rubric = Rubric ?? [],
        Threshold = Threshold ?? Verdicts.DefaultThreshold,
        Workspace = context.Workspace.Exists ? context.Workspace.Root : null,
    };
}

/// <summary>The task whose output is reviewed.</summary>
/// <param name="Description">What was asked for.</param>
/// <param name="Requirements">What the output must have.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ReviewedTask(string? Description = null, IReadOnlyList<string>? Requirements = null);

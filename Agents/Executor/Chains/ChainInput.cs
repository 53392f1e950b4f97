using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Tools;

namespace Agents.Executor.Chains;

/// <summary>Tools to call, one after the other.</summary>
internal sealed record ChainInput(
    [property: Description("What to do, in this order."), Length(1, 100)] IReadOnlyList<ChainStep> Steps)
{
    [Description("Whether the task fails when a step does, for the step's reason. Without, the output says which failed.")]
    public bool MustSucceed { get; init; }
}

/// <summary>One call of a tool.</summary>
/// <param name="Tool">Its name, e.g. <c>fs.read</c>.</param>
internal sealed record ChainStep(
    [property: Description("The tool, e.g. fs.read; GET /api/tools lists them.")] string Tool)
{
    [Description("Name for references by later steps; letters, digits, _ and -. Default: step1, step2, …")]
    public string? Id { get; init; }

    [Description("The tool's arguments. Text may hold ${steps.<id>.output.path} of an earlier step.")]
    public JsonObject? Args { get; init; }

    [Description("Whether the chain goes on when this step fails.")]
    public bool ContinueOnError { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Ok">Whether every step went well.</param>
/// <param name="Steps">All of them, in order, those that were not run too.</param>
/// <param name="Changes">Files that the steps changed, in a copy of the workspace, at most 1,000; the changed files are artifacts of the result. Null: none.</param>
/// <param name="ChangesTotal">How many were changed. Null: none.</param>
internal sealed record ChainOutput(bool Ok, IReadOnlyList<StepOutcome> Steps, IReadOnlyList<FileChange>? Changes = null, int? ChangesTotal = null);

/// <summary>One step.</summary>
/// <param name="Id">As given or numbered.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Ok">Whether it went well.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Output">What the tool gave; may be there for a failed step too. Null: nothing.</param>
/// <param name="Error">Why it failed. Null: it did not.</param>
internal sealed record StepOutcome(string Id, string Tool, bool Ok, long DurationMs, JsonNode? Output = null, StepError? Error = null);

/// <summary>Why a step failed: <c>NOT_RUN</c>, <c>INVALID_INPUT</c>, <c>TOOL_DENIED</c>, <c>TOOL_FAILED</c>, <c>TIMEOUT</c>, …</summary>
internal sealed record StepError(string Code, string Message);

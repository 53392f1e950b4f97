using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Agents.Writer;

/// <summary>
/// What a report is made of: other agents' outputs as they came. Whatever is null or unreadable becomes a line of what is
/// missing, never a failure: a report on three quarters of the work is better than none.
/// </summary>
/// <param name="Title">Heading of the report.</param>
/// <param name="Request">What was asked for, in the client's words.</param>
/// <param name="Kind">Which report: <c>audit</c>, <c>research</c>, <c>answer</c>, <c>data</c> or <c>feature</c>.</param>
internal sealed record ReportInput(
    [property: Description("Heading of the report.")] string Title,
    [property: Description("What was asked for, in the client's words.")] string Request,
    [property: Description("Which report it is."), AllowedValues("audit", "research", "answer", "data", "feature")] string Kind)
{
    [Description("A researcher's inventory of the workspace, or an analyst's list of its tables.")]
    public JsonElement? Inventory { get; init; }

    [Description("Reviewers' outputs or lists of findings, nested as they came; null stands for a part that is missing.")]
    public JsonElement? Findings { get; init; }

    [Description("An analyst's metrics.")]
    public JsonElement? Metrics { get; init; }

    [Description("An analyst's analyses of tables; null stands for one that failed.")]
    public JsonElement? Tables { get; init; }

    [Description("A researcher's answer.")]
    public JsonElement? Answer { get; init; }

    [Description("A researcher's retrievals, one per question.")]
    public JsonElement? Retrievals { get; init; }

    [Description("A reviewer's check of the answer's citations.")]
    public JsonElement? CitationCheck { get; init; }

    [Description("A developer's fix.")]
    public JsonElement? Fix { get; init; }

    [Description("The review of that fix.")]
    public JsonElement? FixReview { get; init; }

    [Description("A developer's change.")]
    public JsonElement? Change { get; init; }

    [Description("Reviews of that change, each with a title; null stands for one that is missing.")]
    public JsonElement? Reviews { get; init; }

    [Description("What is known to be missing already.")]
    public JsonElement? Missing { get; init; }
}

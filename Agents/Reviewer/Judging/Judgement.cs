using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agents.Reviewer.Judging;

/// <summary>A judgement as a model is asked for it.</summary>
internal sealed record Judgement(
    [property: Description("One for each line of the rubric, in its order.")] IReadOnlyList<JudgedCriterion> Criteria,
    [property: MaxLength(30), Description("What is wrong; empty: nothing.")] IReadOnlyList<JudgedFinding> Findings);

/// <summary>A line of the rubric, scored.</summary>
internal sealed record JudgedCriterion(
    [property: Description("Number of the line.")] int Number,
    [property: Range(0, 100), Description("100: fully met.")] int Score,
    [property: Description("Why, in a sentence.")] string Note);

/// <summary>Something wrong.</summary>
internal sealed record JudgedFinding(
    [property: AllowedValues("HIGH", "MEDIUM", "LOW"), Description("HIGH: must not stay; MEDIUM: should be repaired; LOW: worth knowing.")] string Severity,
    [property: Description("A few words.")] string Title,
    [property: Description("What exactly is wrong, and what follows from it.")] string Message,
    [property: Description("Name of the text it stands in, exactly as given.")] string File,
    [property: Range(1, int.MaxValue), Description("The line there.")] int Line,
    [property: Description("What to do.")] string Remedy);

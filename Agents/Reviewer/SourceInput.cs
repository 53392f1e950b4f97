using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agents.Reviewer;

/// <summary>Which source to review.</summary>
/// <param name="Paths">Files or folders, relative to the workspace; null means all of it.</param>
/// <param name="Exclude">Patterns of what to leave out.</param>
/// <param name="MaxFindings">How many findings to keep, the gravest first; null means 500.</param>
/// <param name="Area">The name of the part of the workspace that this is; given back as it is.</param>
public sealed record SourceInput(
    [property: Description("Files or folders, relative to the workspace; absent means all of it.")] IReadOnlyList<string>? Paths = null,
    [property: Description("Patterns of what to leave out.")] IReadOnlyList<string>? Exclude = null,
    [property: Description("How many findings to keep, the gravest first. Default 500."), Range(1, 5000)] int? MaxFindings = null,
    [property: Description("The name of this part of the workspace; given back as it is.")] string? Area = null)
{
    internal const int DefaultMaxFindings = 500;
}

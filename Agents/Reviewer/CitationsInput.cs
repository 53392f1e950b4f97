using System.ComponentModel;
using Agents.Reviewer.Citations;

namespace Agents.Reviewer;

/// <summary>Citations to look up.</summary>
/// <param name="Citations">The citations; null is as good as none.</param>
/// <param name="Answer">The text that they support; null when there is none.</param>
public sealed record CitationsInput(
    [property: Description("The citations to look up.")] IReadOnlyList<Citation>? Citations = null,
    [property: Description("The text that they support.")] string? Answer = null);

namespace Agents.Reviewer;

/// <summary>One part of a score.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Weight">Its part of the whole; weights add up to 1.</param>
/// <param name="Note">What was seen.</param>
/// <param name="Source">Who scored it: <c>rule</c> or <c>model</c>.</param>
public sealed record ReviewCriterion(string Name, int Score, double Weight, string Note, string Source = "rule");

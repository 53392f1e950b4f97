using System.Text.Json;

namespace Agents.Writer.Findings;

/// <summary>Adds up what the agents left out.</summary>
internal static class SkipTotals
{
    private const int Examples = 5;

    /// <summary>
    /// Areas add up; categories do not, for each of them passes over the same files. So the largest count of any category,
    /// or of the inventory, is the one for a reason.
    /// </summary>
    public static IReadOnlyList<Skip> Of(JsonElement? inventory, IReadOnlyList<ReviewPart> parts)
    {
        var views = parts.GroupBy(part => part.Category).Select(group => group.SelectMany(part => part.Skipped)).ToList();
        if (inventory is { } given)
            views.Add(Skip.ReadAll(given));

        var totals = new Dictionary<string, Skip>();
        foreach (var view in views)
        {
            foreach (var reason in view.GroupBy(skip => skip.Reason))
            {
                var sum = reason.Sum(skip => skip.Count);
                var known = totals.GetValueOrDefault(reason.Key);
                var examples = (known?.Examples ?? []).Concat(reason.SelectMany(skip => skip.Examples)).Distinct().Take(Examples).ToArray();
                totals[reason.Key] = new Skip(reason.Key, Math.Max(sum, known?.Count ?? 0), examples);
            }
        }

        return [.. totals.Values.Where(skip => skip.Count > 0 || skip.Examples.Count > 0).OrderByDescending(skip => skip.Count).ThenBy(skip => skip.Reason, StringComparer.Ordinal)];
    }
}

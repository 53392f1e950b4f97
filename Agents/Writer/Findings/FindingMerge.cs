namespace Agents.Writer.Findings;

/// <summary>Makes one list of what several reviewers found in parallel.</summary>
internal static class FindingMerge
{
    /// <summary>
    /// One finding per rule, file and line, whoever found it: the worst severity wins, then the one that brings a fix, then
    /// the first. Sorted by severity, category, file and line; the same findings in any order give the same list.
    /// </summary>
    public static IReadOnlyList<Finding> Merge(IEnumerable<Finding> findings)
    {
        var byPlace = new Dictionary<(string Rule, string File, int Line), Finding>();
        foreach (var finding in findings)
        {
            var place = (finding.Rule, finding.File, finding.StartLine);
            if (!byPlace.TryGetValue(place, out var other) || IsBetter(finding, other))
                byPlace[place] = finding;
        }

        return
        [
            .. byPlace.Values
                .OrderBy(finding => Severities.Rank(finding.Severity))
                .ThenBy(finding => Categories.Rank(finding.Category))
                .ThenBy(finding => finding.Category, StringComparer.Ordinal)
                .ThenBy(finding => finding.File, StringComparer.Ordinal)
                .ThenBy(finding => finding.StartLine)
                .ThenBy(finding => finding.Rule, StringComparer.Ordinal),
        ];
    }

    private static bool IsBetter(Finding finding, Finding other)
    {
        var bySeverity = Severities.Rank(finding.Severity) - Severities.Rank(other.Severity);
        if (bySeverity != 0)
            return bySeverity < 0;
        if ((finding.Fix is null) != (other.Fix is null))
            return finding.Fix is not null;
        // Any order must give the same: the text decides.
        return string.CompareOrdinal(finding.Message, other.Message) is var byText && byText != 0
            ? byText < 0
            : string.CompareOrdinal(finding.Category, other.Category) < 0;
    }
}

using System.Globalization;
using Protos.V1;

namespace Agents.Developer.Implementing;

/// <summary>What the task expects of the output, before the orchestrator looks: what is missing goes back to the model.</summary>
internal static class Expectations
{
    /// <summary>What is not met, in words; empty: nothing.</summary>
    public static IReadOnlyList<string> Unmet(ExpectedOutput? expected, IReadOnlyList<ChangedFile> files, TestRun? tests, double? coverage)
    {
        List<string> unmet = [];
        foreach (var file in (expected?.Files ?? []).Where(file => files.All(changed => changed.File != file)))
            unmet.Add($"The change must hold the file {file}.");
        if (tests is { Failed: > 0 })
            unmet.Add($"{tests.Failed} of {tests.Passed + tests.Failed} tests fail.");
        if (expected?.Tests is { Length: > 0 } && tests is { Passed: 0, Failed: 0 })
            unmet.Add("No test was run.");
        if (expected?.Coverage is { Length: > 0 } rule && Misses(rule, coverage))
            unmet.Add($"Coverage must be {rule}; it is {coverage?.ToString(CultureInfo.InvariantCulture) ?? "not told by the tests"}.");
        return unmet;
    }

    // ">80%" is more than 80, ">=80%" and "80%" at least.
    private static bool Misses(string rule, double? coverage)
    {
        var more = rule.TrimStart().StartsWith('>') && !rule.TrimStart().StartsWith(">=", StringComparison.Ordinal);
        return double.TryParse(rule.Trim('>', '=', ' ', '%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var wanted)
            && (coverage is not { } has || (more ? has <= wanted : has < wanted));
    }
}

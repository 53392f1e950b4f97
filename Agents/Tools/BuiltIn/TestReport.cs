using System.Globalization;
using System.Text.RegularExpressions;

namespace Agents.Tools.BuiltIn;

/// <summary>Counts of tests in what test programs print.</summary>
/// <param name="Passed">Null: no counts were found.</param>
/// <param name="Failed">0 when none is told of.</param>
/// <param name="Skipped">Likewise.</param>
/// <param name="Coverage">Per cent; null: it is not told.</param>
internal sealed partial record TestReport(int? Passed, int Failed, int Skipped, double? Coverage)
{
    public static TestReport Read(string output)
    {
        var (passed, failed, skipped) = Python(output) ?? Counted(output) ?? Go(output) ?? (null, 0, 0);
        return new TestReport(passed, failed, skipped, CoverageOf(output));
    }

    // unittest says how many ran, and of which kinds some were not fine.
    private static (int? Passed, int Failed, int Skipped)? Python(string output)
    {
        if (Last(UnittestRan().Matches(output)) is not { } ran)
            return null;
        var end = output[ran.Index..];
        int Of(string kind) => Regex.Match(end, $@"\b{kind}=(\d+)", RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1)) is { Success: true } match ? Number(match.Groups[1]) : 0;
        var (failed, skipped) = (Of("failures") + Of("errors") + Of("unexpected successes"), Of("skipped"));
        return (Math.Max(0, Number(ran.Groups["n"]) - failed - skipped), failed, skipped);
    }

    // node, mocha, pytest, jest, vitest, dotnet, cargo, maven: "3 passed, 1 failed", "# pass 3", "Failed: 1, Passed: 3".
    private static (int? Passed, int Failed, int Skipped)? Counted(string output)
    {
        foreach (var (pattern, sums) in new[] { (NodeSummary(), true), (Cargo(), true), (Dotnet(), true), (JestTests(), false), (Pytest(), false), (Mocha(), true), (Maven(), false) })
        {
            var matches = pattern.Matches(output);
            if (matches.Count == 0)
                continue;
            IEnumerable<Match> counted = sums ? matches : [matches[^1]];
            int Of(string name) => counted.Sum(match => match.Groups[name].Success ? Number(match.Groups[name]) : 0);
            var (failed, skipped) = (Of("failed") + Of("errors"), Of("skipped"));
            return (matches[0].Groups["ran"].Success ? Math.Max(0, Of("ran") - failed - skipped) : Of("passed"), failed, skipped);
        }

        return null;
    }

    private static (int? Passed, int Failed, int Skipped)? Go(string output)
    {
        var results = GoTest().Matches(output);
        if (results.Count == 0)
            results = GoPackage().Matches(output);
        int Of(string name) => results.Count(match => match.Groups[name].Success);
        return results.Count == 0 ? null : (Of("passed"), Of("failed"), Of("skipped"));
    }

    private static double? CoverageOf(string output) =>
        Last(CoverageTotal().Matches(output)) is { } match && double.TryParse(match.Groups["percent"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) ? percent : null;

    private static Match? Last(MatchCollection matches) => matches.Count == 0 ? null : matches[^1];

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private const RegexOptions Plain = RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^Ran (?<n>\d{1,8}) tests? in ", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex UnittestRan();

    [GeneratedRegex(@"^(#|ℹ) (pass (?<passed>\d{1,8})|(fail|cancelled) (?<failed>\d{1,8})|(skipped|todo) (?<skipped>\d{1,8}))\s*$", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex NodeSummary();

    [GeneratedRegex(@"^test result: \w+\. (?<passed>\d{1,8}) passed; (?<failed>\d{1,8}) failed; (?<skipped>\d{1,8}) ignored", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Cargo();

    [GeneratedRegex(@"Failed:\s+(?<failed>\d{1,8}), Passed:\s+(?<passed>\d{1,8}), Skipped:\s+(?<skipped>\d{1,8})", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Dotnet();

    [GeneratedRegex(@"^\s*Tests:?\s+(((?<failed>\d{1,8}) failed|(?<skipped>\d{1,8}) (skipped|todo)|(?<passed>\d{1,8}) passed)(, | \| )?)+", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex JestTests();

    [GeneratedRegex(@"^=*\s*(((?<failed>\d{1,8}) (failed|errors?)|(?<skipped>\d{1,8}) (skipped|xfailed|deselected)|(?<passed>\d{1,8}) passed|\d{1,8} (xpassed|warnings?))(, )?)+ in [\d.]+s", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Pytest();

    [GeneratedRegex(@"^\s*((?<passed>\d{1,8}) passing|(?<failed>\d{1,8}) failing|(?<skipped>\d{1,8}) pending)\b", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Mocha();

    [GeneratedRegex(@"Tests run: (?<ran>\d{1,8}), Failures: (?<failed>\d{1,8}), Errors: (?<errors>\d{1,8}), Skipped: (?<skipped>\d{1,8})", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Maven();

    [GeneratedRegex(@"^\s*--- ((?<passed>PASS)|(?<failed>FAIL)|(?<skipped>SKIP)): ", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex GoTest();

    [GeneratedRegex(@"^((?<passed>ok)|(?<failed>FAIL))\s+\S+\s+[\d.]+s", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex GoPackage();

    [GeneratedRegex(@"^(TOTAL\s.*\s|#?\s*all files\s*\|\s*|.*coverage: )(?<percent>\d{1,3}(\.\d+)?)(%|\s*\|)", Plain, matchTimeoutMilliseconds: 2000)]
    private static partial Regex CoverageTotal();
}

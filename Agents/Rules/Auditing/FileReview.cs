using Agents.Rules.Sources;

namespace Agents.Rules.Auditing;

/// <summary>All rules over one file.</summary>
internal static class FileReview
{
    private const int MostPerRule = 25;

    /// <summary>What came of one file.</summary>
    /// <param name="Findings">What is left after suppression.</param>
    /// <param name="Suppressed">How many were suppressed.</param>
    /// <param name="Failed">Rules that could not cope with the file.</param>
    public sealed record Outcome(IReadOnlyList<Finding> Findings, int Suppressed, IReadOnlyList<string> Failed);

    public static Outcome Run(SourceFile file, IReadOnlyList<Rule> rules)
    {
        var findings = new List<Finding>();
        var failed = new List<string>();
        var suppressed = 0;
        foreach (var rule in rules)
        {
            try
            {
                if (!rule.Applies(file))
                {
                    continue;
                }

                // The same fault in the same file again and again is told often enough.
                foreach (var finding in rule.Check(file).Take(MostPerRule))
                {
                    if (Suppression.Covers(file, finding))
                    {
                        suppressed++;
                    }
                    else
                    {
                        findings.Add(finding);
                    }
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A pattern that ran out of time or a tree that is too deep costs this rule on this file, nothing else; it is reported.
                failed.Add(rule.Info.Id);
            }
        }

        return new Outcome(findings, suppressed, failed);
    }
}

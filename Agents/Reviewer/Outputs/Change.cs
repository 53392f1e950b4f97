using Agents.Reviewer.Changes;
using Agents.Rules.Patches;

namespace Agents.Reviewer.Outputs;

/// <summary>Is a proposed change sound? It must apply to the files, leave them parsing, do what it claims, and do no more.</summary>
internal static class Change
{
    private const double Weight = 0.5;
    private const int SmallChange = 20;

    /// <summary>What the change makes of the criterion; its files and problems are those of the output's diff.</summary>
    public static ReviewCriterion Judge(OutputText output, IReadOnlyList<ChangedFile> files, IReadOnlyList<(string? Path, string Problem)> problems, List<ReviewFinding> findings)
    {
        if (problems.Count > 0)
        {
            foreach (var (path, problem) in problems)
            {
                Fail(findings, path, problem);
            }

            return new ReviewCriterion("change", 0, Weight, problems[0].Problem);
        }

        foreach (var file in files)
        {
            if (SourceCheck.Broken(file.Path, file.Before ?? "", file.After) is { } broken)
            {
                return Fail(findings, file.Path, $"The diff applies, and {broken}.");
            }
        }

        if (output.Property("rule") is { Length: > 0 } rule)
        {
            var old = files.Sum(file => file.Before is null ? 0 : SourceCheck.Findings(rule, file.Path, file.Before)?.Count ?? 0);
            if (SourceCheck.Findings(rule, files[0].Path, "") is not null && files.Sum(file => SourceCheck.Findings(rule, file.Path, file.After)!.Count) >= old)
            {
                return Fail(findings, files[0].Path, $"The change does not remove the finding of {rule}.");
            }
        }

        var score = 100;
        foreach (var file in files)
        {
            score -= New(file, findings);
        }

        var changed = files.Sum(file => file.Changed);
        // A repair by rule is small; code that was asked for is as large as it is.
        if (output.Property("rule") is { Length: > 0 } && changed > SmallChange * files.Count)
        {
            score -= 15;
            findings.Add(new ReviewFinding("LOW", "Large for one repair", $"The change touches {changed} lines.", files[0].Path));
        }

        var what = files.Count == 1 ? "the file still parses" : $"{files.Count} files still parse";
        return new ReviewCriterion("change", Math.Max(0, score), Weight, $"It applies, {what}, and {changed} lines change.");
    }

    private static int New(ChangedFile file, List<ReviewFinding> findings)
    {
        var less = 0;
        var known = file.Before is null ? [] : SourceCheck.Findings(file.Path, file.Before).GroupBy(f => f.Rule, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        foreach (var added in SourceCheck.Findings(file.Path, file.After).GroupBy(f => f.Rule, StringComparer.Ordinal).Where(g => g.Count() > known.GetValueOrDefault(g.Key)))
        {
            less += 40;
            findings.Add(new ReviewFinding("HIGH", "New finding", $"The change brings a new finding of {added.Key}.", file.Path, added.First().StartLine, added.First().Remedy, added.Key));
        }

        return less;
    }

    private static ReviewCriterion Fail(List<ReviewFinding> findings, string? path, string message)
    {
        findings.Add(new ReviewFinding("HIGH", "Change is not sound", message, path, Remedy: "Make the change again on the file as it is."));
        return new ReviewCriterion("change", 0, Weight, message);
    }
}

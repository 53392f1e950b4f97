using Agents.Rules.Patches;
using Agents.Workspaces;

namespace Agents.Reviewer.Outputs;

/// <summary>Is a proposed change sound? It must apply to the file, leave it parsing, do what it claims, and do no more.</summary>
internal static class Change
{
    private const double Weight = 0.5;
    private const int SmallChange = 20;

    /// <summary>Null when the output proposes no change.</summary>
    public static async Task<ReviewCriterion?> JudgeAsync(Workspace workspace, OutputText output, List<ReviewFinding> findings, CancellationToken cancellationToken)
    {
        if (output.Property("diff") is not { Length: > 0 } diff)
        {
            return null;
        }

        if (PatchReader.File(diff) is not { } path)
        {
            return Fail(findings, null, "The diff is not a unified diff of one file.");
        }

        string before;
        try
        {
            var full = workspace.Resolve(path, "diff");
            before = await File.ReadAllTextAsync(full, new System.Text.UTF8Encoding(false), cancellationToken);
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            return Fail(findings, path, e.Message);
        }

        if (!PatchReader.TryApply(before, Unmarked(diff), out var after, out var reason))
        {
            return Fail(findings, path, $"The diff does not apply: {reason}.");
        }

        if (SourceCheck.Broken(path, before, after!) is { } broken)
        {
            return Fail(findings, path, $"The diff applies, and {broken}.");
        }

        return Compare(output, findings, path, diff, before, after!);
    }

    private static ReviewCriterion Compare(OutputText output, List<ReviewFinding> findings, string path, string diff, string before, string after)
    {
        var score = 100;
        if (output.Property("rule") is { Length: > 0 } rule && SourceCheck.Findings(rule, path, before) is { } old && SourceCheck.Findings(rule, path, after)!.Count >= old.Count)
        {
            return Fail(findings, path, $"The change does not remove the finding of {rule}.");
        }

        var known = SourceCheck.Findings(path, before).GroupBy(f => f.Rule, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        foreach (var added in SourceCheck.Findings(path, after).GroupBy(f => f.Rule, StringComparer.Ordinal).Where(g => g.Count() > known.GetValueOrDefault(g.Key)))
        {
            score -= 40;
            findings.Add(new ReviewFinding("HIGH", "New finding", $"The change brings a new finding of {added.Key}.", path, added.First().StartLine));
        }

        var changed = diff.Split('\n').Count(l => (l.StartsWith('+') && !l.StartsWith("+++", StringComparison.Ordinal)) || (l.StartsWith('-') && !l.StartsWith("---", StringComparison.Ordinal)));
        if (changed > SmallChange)
        {
            score -= 15;
            findings.Add(new ReviewFinding("LOW", "Large for one repair", $"The change touches {changed} lines.", path));
        }

        return new ReviewCriterion("change", Math.Max(0, score), Weight, $"It applies, the file still parses, and {changed} lines change.");
    }

    private static ReviewCriterion Fail(List<ReviewFinding> findings, string? path, string message)
    {
        findings.Add(new ReviewFinding("HIGH", "Change is not sound", message, path, Remedy: "Make the change again on the file as it is."));
        return new ReviewCriterion("change", 0, Weight, message);
    }

    // The file is read without its byte order mark.
    private static string Unmarked(string diff) => diff.Replace("\uFEFF", "", StringComparison.Ordinal);
}

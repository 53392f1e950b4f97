using Agents.Hosting;
using Agents.Reviewer.Judging;
using Agents.Reviewer.Outputs;
using Agents.Rules;
using Agents.Rules.Patches;
using Agents.Workspaces;

namespace Agents.Reviewer.Changes;

/// <summary>
/// Reviews the code that a change brings, under one aspect: rules look at the changed files as they become, a model reads
/// them where there is one. What a file had before is not held against the change.
/// </summary>
internal static class ChangeReviewer
{
    /// <exception cref="TaskFailedException">INVALID_INPUT: the output has no diff.</exception>
    public static async Task<Review> RunAsync(Category category, OutputReviewRequest request, ModelJudge? judge, CancellationToken cancellationToken)
    {
        if (request.Workspace is not { } root || new OutputText(request.Output).Property("diff") is not { Length: > 0 } diff)
            throw new TaskFailedException(FailureCodes.InvalidInput, $"output.diff: is missing; review_{Name(category)} looks at the code that a change brings.");

        var workspace = Workspace.Open(root);
        var (files, problems) = ChangedFiles.Apply(workspace, diff);
        List<ReviewFinding> findings = [.. problems.Select(problem => new ReviewFinding("HIGH", "Change is not sound", problem.Problem, problem.Path, Remedy: "Make the change again on the files as they are."))];
        List<ReviewCriterion> criteria = [];
        if (problems.Count > 0)
            criteria.Add(new ReviewCriterion("change", 0, 1, $"{problems.Count} of {files.Count + problems.Count} files cannot be changed like this."));
        criteria.Add(ByRules(category, files, findings));
        var notes = judge is null ? [] : await judge.JudgeAsync(category, request, Material.OfFiles(files), workspace, criteria, findings, cancellationToken);
        return Verdicts.Give(criteria, findings, request.Threshold) with { Notes = notes };
    }

    private static ReviewCriterion ByRules(Category category, IReadOnlyList<ChangedFile> files, List<ReviewFinding> findings)
    {
        List<Finding> found = [.. files.SelectMany(file => SourceCheck.Brought(category, file.Path, file.Before, file.After))];
        findings.AddRange(found.Select(finding => new ReviewFinding(finding.Severity, finding.Title, finding.Message, finding.File, finding.StartLine, finding.Remedy, finding.Rule)));
        int Of(string severity) => found.Count(finding => finding.Severity == severity);
        var score = Math.Max(0, 100 - (30 * Of("HIGH")) - (10 * Of("MEDIUM")) - (3 * Of("LOW")));
        return new ReviewCriterion($"{Name(category)} rules", score, 1, $"{found.Count} new findings in {files.Count} changed files.");
    }

    private static string Name(Category category) => category.ToString().ToLowerInvariant();
}

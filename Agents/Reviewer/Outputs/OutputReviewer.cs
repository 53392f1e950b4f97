using Agents.Reviewer.Changes;
using Agents.Reviewer.Judging;
using Agents.Workspaces;

namespace Agents.Reviewer.Outputs;

/// <summary>
/// Reviews another agent's output against a rubric, by what can be checked: is it complete, does it speak of what was
/// required, is it true of the files, does it agree with itself, and is its change sound.
/// </summary>
public static class OutputReviewer
{
    /// <summary>Reviews an output.</summary>
    /// <param name="request">The output and what it was asked to be.</param>
    /// <param name="cancellationToken">Ends the review.</param>
    /// <exception cref="WorkspaceException">The workspace cannot be used.</exception>
    public static Task<Review> RunAsync(OutputReviewRequest request, CancellationToken cancellationToken = default) => RunAsync(request, null, cancellationToken);

    /// <summary>The same, with a model beside the rules.</summary>
    internal static async Task<Review> RunAsync(OutputReviewRequest request, ModelJudge? judge, CancellationToken cancellationToken)
    {
        var text = new OutputText(request.Output);
        var workspace = request.Workspace is null ? null : Workspace.Open(request.Workspace);
        var findings = new List<ReviewFinding>();
        var criteria = new List<ReviewCriterion> { Completeness.Judge(text, findings) };
        // What is asked of a change is checked by applying it, below; its words say nothing.
        if (text.Property("diff") is null)
        {
            // Words are weak evidence, so they weigh little.
            criteria.AddRange(new[]
            {
                Coverage.Judge("requirements", request.Requirements, text, 0.12, findings),
                Coverage.Judge("rubric", request.Rubric, text, 0.08, findings),
            }.OfType<ReviewCriterion>());
        }

        criteria.Add(Consistency.Judge(text, findings));
        if (workspace is not null && await Evidence.JudgeAsync(workspace, text, findings, cancellationToken) is { } evidence)
        {
            criteria.Add(evidence);
        }

        if (TestResults.Judge(text, findings) is { } tests)
        {
            criteria.Add(tests);
        }

        IReadOnlyList<ChangedFile> files = [];
        if (workspace is not null && text.Property("diff") is { Length: > 0 } diff)
        {
            (files, var problems) = ChangedFiles.Apply(workspace, diff);
            criteria.Add(Change.Judge(text, files, problems, findings));
        }

        var notes = judge is null ? [] : await judge.JudgeAsync(null, request, Material.Of(files, text), workspace, criteria, findings, cancellationToken);
        return Verdicts.Give(criteria, findings, request.Threshold) with { Notes = notes };
    }
}

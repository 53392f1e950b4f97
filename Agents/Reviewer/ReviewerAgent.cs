using Agents.Hosting;
using Agents.Models;
using Agents.Reviewer.Citations;
using Agents.Reviewer.Judging;
using Agents.Reviewer.Outputs;
using Agents.Rules;
using Agents.Rules.Auditing;
using Agents.Workspaces;
using Microsoft.Extensions.Logging;

namespace Agents.Reviewer;

/// <summary>Reviews source by rules, other agents' outputs by rubric, and citations by looking them up.</summary>
[Agent("reviewer", Name = "Reviewer", Description = "Reviews source, outputs and citations.", MaxParallel = 2)]
public sealed partial class ReviewerAgent(ILogger<ReviewerAgent> logger, AgentModels? models = null)
{
    /// <summary>Looks for holes that an attacker can use.</summary>
    /// <param name="input">What to look at.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("security", Description = "Holes that an attacker can use, in C#, JavaScript, TypeScript, Python; secrets in any text.")]
    public Task<SourceOutput> SecurityAsync(SourceInput input, TaskContext context, CancellationToken cancellationToken) =>
        SourceAsync(Category.Security, input, context, cancellationToken);

    /// <summary>Looks for time and memory spent for nothing.</summary>
    /// <param name="input">What to look at.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("performance", Description = "Time and memory spent for nothing, in C#, JavaScript, TypeScript, Python.")]
    public Task<SourceOutput> PerformanceAsync(SourceInput input, TaskContext context, CancellationToken cancellationToken) =>
        SourceAsync(Category.Performance, input, context, cancellationToken);

    /// <summary>Looks for defects and traps.</summary>
    /// <param name="input">What to look at.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("quality", Description = "Defects and traps for whoever changes the code next, in C#, JavaScript, TypeScript, Python.")]
    public Task<SourceOutput> QualityAsync(SourceInput input, TaskContext context, CancellationToken cancellationToken) =>
        SourceAsync(Category.Quality, input, context, cancellationToken);

    /// <summary>Reviews another agent's output.</summary>
    /// <param name="input">The output and what it was asked to be.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("review", Description = "Scores another agent's output against a rubric: by rules, and with a model where there is one.")]
    public async Task<Review> ReviewAsync(ReviewInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var judge = ModelJudge.For(models ?? AgentModels.None, context);
        var review = await GuardAsync(() => OutputReviewer.RunAsync(input.ToRequest(context), judge, cancellationToken));
        LogReview(review.Score, review.Verdict, review.Findings.Count);
        return review;
    }

    /// <summary>Looks citations up.</summary>
    /// <param name="input">The citations.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("citations", Description = "Looks up whether every quote stands literally in the lines it names.")]
    public async Task<CitationReview> CitationsAsync(CitationsInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var review = await GuardAsync(() => CitationCheck.RunAsync(context.Workspace.Root, input.Citations ?? [], input.Answer, cancellationToken: cancellationToken));
        LogReview(review.Score, review.Verdict, review.Findings.Count);
        return review;
    }

    private async Task<SourceOutput> SourceAsync(Category category, SourceInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var request = new SourceReviewRequest
        {
            Workspace = context.Workspace.Root,
            Category = category,
            Paths = input.Paths,
            Exclude = input.Exclude,
            MaxFindings = input.MaxFindings ?? SourceInput.DefaultMaxFindings,
        };
        var progress = new SourceProgress(context);
        var result = await GuardAsync(() => SourceReview.RunAsync(request, progress, cancellationToken));
        LogSource(result.Category, result.FilesScanned, result.LinesScanned, result.FindingsTotal);
        return SourceOutput.Of(result, input.Area);
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Category}: {Files} files, {Lines} lines, {Findings} findings")]
    private partial void LogSource(string category, int files, long lines, int findings);

    [LoggerMessage(2, LogLevel.Information, "Reviewed: {Score}, {Verdict}, {Findings} findings")]
    private partial void LogReview(int score, string verdict, int findings);
}

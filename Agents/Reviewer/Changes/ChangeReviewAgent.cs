using Agents.Hosting;
using Agents.Models;
using Agents.Reviewer.Judging;
using Agents.Rules;
using Agents.Workspaces;

namespace Agents.Reviewer.Changes;

/// <summary>The part of the reviewer that looks at what a change brings, by aspect; also for review gates.</summary>
[Agent("reviewer", Name = "Reviewer", MaxParallel = 2)]
internal sealed class ChangeReviewAgent(AgentModels models)
{
    [Task("review_security", Description = "Scores a change (an output with a diff) by the holes that it brings.")]
    public Task<Review> SecurityAsync(ReviewInput input, TaskContext context, CancellationToken cancellationToken) => ReviewAsync(Category.Security, input, context, cancellationToken);

    [Task("review_performance", Description = "Scores a change (an output with a diff) by the time and memory that it spends for nothing.")]
    public Task<Review> PerformanceAsync(ReviewInput input, TaskContext context, CancellationToken cancellationToken) => ReviewAsync(Category.Performance, input, context, cancellationToken);

    [Task("review_quality", Description = "Scores a change (an output with a diff) by the defects and traps that it brings.")]
    public Task<Review> QualityAsync(ReviewInput input, TaskContext context, CancellationToken cancellationToken) => ReviewAsync(Category.Quality, input, context, cancellationToken);

    private async Task<Review> ReviewAsync(Category category, ReviewInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var judge = ModelJudge.For(models, context);
        try
        {
            return await ChangeReviewer.RunAsync(category, input.ToRequest(context), judge, cancellationToken);
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }
}

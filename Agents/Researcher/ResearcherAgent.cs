using Agents.Hosting;
using Agents.Models;
using Agents.Researcher.Contracts;
using Agents.Researcher.Inventory;
using Agents.Researcher.Scoping;
using Agents.Researcher.Synthesis;
using Agents.Workspaces;

namespace Agents.Researcher;

/// <summary>Looks at the files of a run: what there is, and what its documents say.</summary>
[Agent("researcher", Description = "Takes stock of a workspace, and answers questions from its documents with literal quotes.", MaxParallel = 4)]
internal sealed class ResearcherAgent(TimeProvider time, AgentModels models) : IDisposable
{
    private readonly ResearcherEngine _engine = new(time);

    [Task("inventory", Description = "Counts files and lines by language and proposes areas to review in parallel.")]
    public static async Task<InventoryOutput> InventoryAsync(InventoryInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var inventory = await WorkspaceTask.RunAsync(
            context,
            workspace => Task.Run(() => InventoryTaker.Take(workspace, input, files => _ = context.ReportProgressAsync(-1, $"{files} files"), cancellationToken), cancellationToken));
        await context.Context.PutAsync("workspace", new WorkspaceNote(inventory.FilesTotal, inventory.SourceFiles, inventory.DocumentFiles, inventory.Lines), cancellationToken);
        return inventory;
    }

    [Task("scope", Description = "Takes a request apart into questions that can be looked up one by one.")]
    public Task<ScopeOutput> ScopeAsync(ScopeInput input, TaskContext context, CancellationToken cancellationToken) =>
        WorkspaceTask.RunAsync(context, async workspace => new ScopeOutput(input.Question, QuestionScope.Split(input.Question), await _engine.CountDocumentsAsync(workspace, cancellationToken)));

    [Task("retrieve", Description = "Finds the passages that speak of a question, ranked by BM25, or says that the documents do not answer it.")]
    public Task<RetrieveOutput> RetrieveAsync(RetrieveInput input, TaskContext context, CancellationToken cancellationToken) =>
        WorkspaceTask.RunAsync(context, workspace => _engine.RetrieveAsync(workspace, input, cancellationToken));

    [Task("answer", Description = "Answers from the documents, each statement with the passage it comes from; without a model in their own sentences.")]
    public async Task<AnswerOutput> AnswerAsync(AnswerInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var model = models.For("researcher", context);
        var answer = await WorkspaceTask.RunAsync(context, workspace => model is null
            ? _engine.AnswerAsync(workspace, input, cancellationToken)
            : new Synthesizer(_engine, model).AnswerAsync(workspace, input, cancellationToken));
        await context.Context.PutAsync("answer", new AnswerNote(answer.Question, answer.Answered, answer.Citations.Count), cancellationToken);
        return answer;
    }

    public void Dispose() => _engine.Dispose();

    // What later tasks, and people who look, find in the run's shared memory.
    private sealed record WorkspaceNote(long FilesTotal, long SourceFiles, long DocumentFiles, long Lines);

    private sealed record AnswerNote(string Question, bool Answered, int Citations);
}

using Agents.Researcher.Answering;
using Agents.Researcher.Contracts;
using Agents.Researcher.Retrieval;
using Agents.Researcher.Scoping;
using Agents.Workspaces;

namespace Agents.Researcher;

/// <summary>What the researcher can do, without the agent around it. Safe for any number of callers at a time.</summary>
internal sealed class ResearcherEngine(TimeProvider time) : IDisposable
{
    private const int DefaultTop = 8;
    private readonly IndexCache _cache = new(time);

    /// <summary>How many indexes were built so far.</summary>
    public int IndexesBuilt => _cache.Built;

    public async Task<RetrieveOutput> RetrieveAsync(Workspace workspace, RetrieveInput input, CancellationToken cancellationToken)
    {
        var found = await new Retriever(_cache).RetrieveAsync(workspace, input.Question, input.Top ?? DefaultTop, input.Include, cancellationToken);
        return new RetrieveOutput(input.Question, found.Answered, [.. found.Passages.Select(ToCitation)], found.Note);
    }

    public async Task<AnswerOutput> AnswerAsync(Workspace workspace, AnswerInput input, CancellationToken cancellationToken)
    {
        var retrievals = input.Retrievals;
        if (retrievals is null)
        {
            var found = QuestionScope.Split(input.Question).Select(part => RetrieveAsync(workspace, new RetrieveInput(part.Text), cancellationToken));
            retrievals = await Task.WhenAll(found);
        }

        return await new Answerer(_cache).AnswerAsync(workspace, input.Question, retrievals, cancellationToken);
    }

    /// <summary>How many documents there are to look in; programs, which are read for their comments, do not count.</summary>
    public async Task<int> CountDocumentsAsync(Workspace workspace, CancellationToken cancellationToken) =>
        (await _cache.GetAsync(workspace, null, cancellationToken)).Documents.Count(document => document.Prior >= 1);

    public void Dispose() => _cache.Dispose();

    private static Citation ToCitation(Ranked ranked) =>
        new(ranked.Document.Path, ranked.Place.StartLine, ranked.Place.EndLine, ranked.Quote, Math.Round(ranked.Score, 3));
}

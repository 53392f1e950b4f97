using Agents.Workspaces;

namespace Agents.Researcher.Retrieval;

/// <summary>What was found for a question.</summary>
/// <param name="Answered">Whether the documents answer it, as far as words can tell.</param>
/// <param name="Passages">The best ones, best first; also when they do not answer.</param>
/// <param name="Note">What is missing, or what was left out; empty when there is nothing to say.</param>
internal sealed record RetrievalResult(bool Answered, IReadOnlyList<Ranked> Passages, string Note);

/// <summary>Finds the passages of a workspace's documents that speak of a question.</summary>
internal sealed class Retriever(IndexCache cache)
{
    // How much of the question's weight a passage and its best sentence have to cover, on average. The fewer things a question
    // is about, the more each of them matters; a rare name that is there makes up for other words. Calibrated on questions
    // whose answers are known: docs/accuracy-research.md.
    private const double Base = 0.5;
    private const double PerConcept = 0.6;
    private const double Most = 0.95;

    private const int Considered = 8;

    public async Task<RetrievalResult> RetrieveAsync(Workspace workspace, string question, int top, IReadOnlyList<string>? include, CancellationToken cancellationToken)
    {
        for (var retry = false; ; retry = true)
        {
            var index = await cache.GetAsync(workspace, include, cancellationToken);
            try
            {
                return await Task.Run(() => Retrieve(workspace, index, question, top, cancellationToken), cancellationToken);
            }
            catch (StaleIndexException) when (!retry)
            {
                await cache.ForgetAsync(index, cancellationToken);
            }
        }
    }

    private static RetrievalResult Retrieve(Workspace workspace, DocumentIndex index, string question, int top, CancellationToken cancellationToken)
    {
        var query = Query.Parse(question);
        if (index.Passages.Length == 0)
            return new RetrievalResult(false, [], Join("The workspace has no documents with text.", index));
        if (query.Concepts.Count == 0)
            return new RetrievalResult(false, [], Join("The question names nothing that could be looked for.", index));
        var matching = Matching.Find(index, query);
        var ranked = new Ranker(workspace, index).Rank(matching, Math.Max(top, Considered), cancellationToken);
        var (answered, why) = Judge(matching, ranked);
        return new RetrievalResult(answered, [.. ranked.Take(top)], Join(why, index));
    }

    private static (bool Answered, string Why) Judge(Matching matching, List<Ranked> ranked)
    {
        var absent = matching.Absent.ToList();
        if (absent.Exists(concept => concept.Key))
            return (false, $"The documents never mention {Quote(absent.Where(concept => concept.Key))}.");
        var needed = ranked.Exists(r => r.KeysFound > 0) ? Base : Math.Min(Most, Base + (PerConcept / matching.Query.Concepts.Count));
        if (ranked.Take(Considered).Any(r => r.HasKeys && (r.Coverage + r.SentenceCoverage) / 2 >= needed))
            return (true, "");
        var nearest = ranked.Count == 0 ? 0 : ranked.Max(r => r.Coverage);
        var never = absent.Count > 0 ? $" They never mention {Quote(absent)}." : "";
        return (false, $"No passage speaks of all that is asked; the nearest covers {nearest:P0} of it.{never}");
    }

    private static string Quote(IEnumerable<Concept> concepts) => string.Join(", ", concepts.Select(concept => $"\"{concept.Text}\""));

    private static string Join(string why, DocumentIndex index) => string.Join(' ', new[] { why }.Concat(index.Notes).Where(note => note.Length > 0));
}

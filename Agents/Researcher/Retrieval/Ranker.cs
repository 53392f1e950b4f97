using Agents.Researcher.Documents;
using Agents.Researcher.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Retrieval;

/// <summary>A passage that speaks of what was asked.</summary>
/// <param name="Document">Where it stands.</param>
/// <param name="Place">Its lines.</param>
/// <param name="Quote">Its text, literally.</param>
/// <param name="Score">Higher is better; comparable within one question only.</param>
/// <param name="Coverage">How much of the question's weight it covers, 0 to 1.</param>
/// <param name="Sentence">Its best sentence.</param>
/// <param name="SentenceCoverage">How much of the question that sentence covers, 0 to 1.</param>
/// <param name="HasKeys">Whether all names, numbers and quotes of the question are there, in its headings or in its title.</param>
/// <param name="KeysFound">How many of them are.</param>
internal sealed record Ranked(IndexedDocument Document, Passage Place, string Quote, double Score, double Coverage, string Sentence, double SentenceCoverage, bool HasKeys, int KeysFound);

/// <summary>The file is not what it was when it was indexed.</summary>
internal sealed class StaleIndexException : Exception;

/// <summary>
/// Two passes. First BM25 over all passages, from the index alone; then the best of them are read, and it counts how much of the
/// question they cover, and how much one of their sentences does.
/// </summary>
internal sealed class Ranker(Workspace workspace, DocumentIndex index)
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.6;
    private const int Candidates = 150;

    public List<Ranked> Rank(Matching matching, int top, CancellationToken cancellationToken)
    {
        var scores = Score(matching);
        var texts = new Dictionary<int, TextFile>();
        List<Ranked> ranked = [];
        foreach (var (passage, score) in scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Candidates))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranked.Add(Judge(matching, passage, score, texts));
        }

        HashSet<string> seen = [];
        return [.. ranked.OrderByDescending(r => r.Score).ThenBy(r => r.Document.Path, StringComparer.Ordinal).ThenBy(r => r.Place.Start).Where(r => seen.Add(r.Quote)).Take(top)];
    }

    private Dictionary<int, double> Score(Matching matching)
    {
        Dictionary<int, double> scores = [];
        for (var i = 0; i < matching.Matches.Length; i++)
        {
            foreach (var (passage, match) in matching.Matches[i])
            {
                var norm = Saturation * (1 - LengthWeight + (LengthWeight * index.Lengths[passage] / index.AverageLength));
                var part = matching.Weights[i] * match.Worth * match.Frequency * (Saturation + 1) / (match.Frequency + norm);
                scores[passage] = scores.GetValueOrDefault(passage) + part;
            }
        }

        foreach (var passage in scores.Keys.ToList())
            scores[passage] *= (0.3 + (0.7 * matching.Coverage(passage))) * index.Documents[index.DocumentOf[passage]].Prior;
        return scores;
    }

    private Ranked Judge(Matching matching, int passage, double score, Dictionary<int, TextFile> texts)
    {
        var document = index.DocumentOf[passage];
        if (!texts.TryGetValue(document, out var file))
            texts[document] = file = Read(index.Documents[document]);
        var place = index.Passages[passage];
        var quote = file.Text[place.Start..place.End];
        var query = matching.Query;
        var (sentence, sentenceCoverage) = BestSentence(matching, quote);
        var literal = query.Quotes.All(q => quote.Contains(q, StringComparison.OrdinalIgnoreCase));
        var keys = Enumerable.Range(0, query.Concepts.Count).Where(i => IsKey(matching, i)).ToList();
        var keysFound = keys.Count(i => matching.Matches[i].ContainsKey(passage));

        var final = score * (0.5 + sentenceCoverage) * (literal ? 1 : 0.5);
        if (query.WantsNumber && quote.Any(char.IsDigit))
            final *= 1.1;
        return new Ranked(index.Documents[document], place, quote, final, matching.Coverage(passage), sentence, sentenceCoverage, literal && keysFound == keys.Count, keysFound);
    }

    /// <summary>A name that every other passage has, like that of the product, tells nothing apart.</summary>
    private bool IsKey(Matching matching, int concept) =>
        matching.Query.Concepts[concept].Key && matching.Matches[concept].Count < index.Passages.Length / 10;

    private TextFile Read(IndexedDocument document)
    {
        var info = new FileInfo(Path.Combine(workspace.Root, document.Path));
        if (!info.Exists || info.Length != document.Bytes || info.LastWriteTimeUtc.Ticks != document.ModifiedTicks)
            throw new StaleIndexException();
        return workspace.Read(document.Path);
    }

    /// <summary>The sentence that covers most of the question by itself.</summary>
    public static (string Sentence, double Coverage) BestSentence(Matching matching, string quote)
    {
        var best = (Sentence: "", Coverage: -1.0);
        foreach (var (start, end) in Sentences.Of(quote))
        {
            var sentence = quote[start..end];
            var stems = Words.Of(sentence).Select(word => word.Stem).ToHashSet();
            double covered = 0, all = 0;
            for (var i = 0; i < matching.Weights.Length; i++)
            {
                all += matching.Weights[i];
                foreach (var wording in matching.Query.Concepts[i].Wordings.OrderByDescending(w => w.Worth))
                {
                    if (!wording.Stems.All(stems.Contains))
                        continue;
                    covered += matching.Weights[i] * wording.Worth;
                    break;
                }
            }

            var coverage = all == 0 ? 0 : covered / all;
            if (coverage > best.Coverage)
                best = (sentence, coverage);
        }

        return best.Coverage < 0 ? (quote.Trim(), 0) : best;
    }
}

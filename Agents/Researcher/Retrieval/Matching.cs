using System.Runtime.InteropServices;

namespace Agents.Researcher.Retrieval;

/// <summary>A concept in a passage.</summary>
/// <param name="Frequency">How often, headings and title counted in.</param>
/// <param name="Worth">What the wording that was found is worth.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConceptMatch(double Frequency, double Worth);

/// <summary>Where a question's concepts stand, and what each of them tells.</summary>
internal sealed class Matching
{
    private const double HeadingBoost = 2.0;
    private const double TitleBoost = 1.5;
    private readonly DocumentIndex _index;

    private Matching(DocumentIndex index, Query query)
    {
        _index = index;
        Query = query;
        Matches = new Dictionary<int, ConceptMatch>[query.Concepts.Count];
        Weights = new double[query.Concepts.Count];
    }

    public Query Query { get; }

    /// <summary>For each concept: passage to match.</summary>
    public Dictionary<int, ConceptMatch>[] Matches { get; }

    /// <summary>For each concept: how much it tells. What stands nowhere tells most.</summary>
    public double[] Weights { get; }

    /// <summary>Concepts that no document mentions.</summary>
    public IEnumerable<Concept> Absent => Query.Concepts.Where((_, i) => Matches[i].Count == 0);

    public static Matching Find(DocumentIndex index, Query query)
    {
        var matching = new Matching(index, query);
        for (var i = 0; i < query.Concepts.Count; i++)
        {
            var found = matching.Matches[i] = [];
            var passages = 0;
            foreach (var wording in query.Concepts[i].Wordings)
            {
                matching.Add(found, wording);
                if (passages == 0)
                    passages = wording.Stems.Min(stem => index.Postings(stem).Length);
            }

            matching.Weights[i] = index.Weight(passages);
        }

        return matching;
    }

    /// <summary>How much of the question's weight a passage covers, 0 to 1.</summary>
    public double Coverage(int passage)
    {
        double covered = 0, all = 0;
        for (var i = 0; i < Matches.Length; i++)
        {
            all += Weights[i];
            if (Matches[i].TryGetValue(passage, out var match))
                covered += Weights[i] * match.Worth;
        }

        return all == 0 ? 0 : covered / all;
    }

    private void Add(Dictionary<int, ConceptMatch> found, Wording wording)
    {
        Dictionary<int, double>? common = null;
        foreach (var stem in wording.Stems)
        {
            Dictionary<int, double> here = [];
            foreach (var posting in _index.Postings(stem))
                here[posting.Passage] = posting.Body + (HeadingBoost * posting.Heading);
            foreach (var document in _index.Titled(stem))
            {
                foreach (var passage in _index.PassagesOf(document))
                    CollectionsMarshal.GetValueRefOrAddDefault(here, passage, out _) += TitleBoost;
            }

            if (common is not null)
                here = here.Where(pair => common.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => Math.Min(pair.Value, common[pair.Key]));
            common = here;
        }

        foreach (var (passage, frequency) in common ?? [])
        {
            ref var match = ref CollectionsMarshal.GetValueRefOrAddDefault(found, passage, out var known);
            if (!known || match.Worth * match.Frequency < wording.Worth * frequency)
                match = new ConceptMatch(frequency, known ? Math.Max(match.Worth, wording.Worth) : wording.Worth);
        }
    }
}

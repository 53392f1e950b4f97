using System.Runtime.InteropServices;
using Agents.Researcher.Documents;

namespace Agents.Researcher.Retrieval;

/// <summary>How often a term stands in a passage, and in the headings above it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Posting(int Passage, byte Body, byte Heading);

/// <summary>A file of the index.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Title">What it calls itself.</param>
/// <param name="Prior">What a passage of it is worth against one of another file: prose is 1.</param>
/// <param name="Bytes">Its size when it was read.</param>
/// <param name="ModifiedTicks">Its last write when it was read.</param>
internal sealed record IndexedDocument(string Path, string Title, double Prior, long Bytes, long ModifiedTicks);

/// <summary>
/// Which terms stand where. Holds no text: passages are read from the files when they are ranked and quoted.
/// Immutable, so any number of questions may use it at a time.
/// </summary>
internal sealed class DocumentIndex
{
    private readonly Dictionary<string, Posting[]> _postings;
    private readonly Dictionary<string, int[]> _titles;
    private readonly int[] _firstPassage;

    public DocumentIndex(IReadOnlyList<IndexedDocument> documents, Passage[] passages, int[] documentOf, int[] lengths, Dictionary<string, Posting[]> postings, Dictionary<string, int[]> titles, IReadOnlyList<string> notes)
    {
        Documents = documents;
        Passages = passages;
        DocumentOf = documentOf;
        Lengths = lengths;
        _postings = postings;
        _titles = titles;
        Notes = notes;
        _firstPassage = new int[documents.Count + 1];
        foreach (var document in documentOf)
            _firstPassage[document + 1]++;
        for (var i = 0; i < documents.Count; i++)
            _firstPassage[i + 1] += _firstPassage[i];
        AverageLength = lengths.Length == 0 ? 1 : Math.Max(1, lengths.Average());
        Bytes = 1000 + (passages.Length * 120L) + (documents.Count * 300L) + postings.Sum(pair => 100L + (pair.Value.Length * 8L)) + titles.Sum(pair => 100L + (pair.Value.Length * 4L));
    }

    public IReadOnlyList<IndexedDocument> Documents { get; }

    public Passage[] Passages { get; }

    public int[] DocumentOf { get; }

    /// <summary>Words in each passage.</summary>
    public int[] Lengths { get; }

    public double AverageLength { get; }

    /// <summary>What was left out, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>About how much memory it takes.</summary>
    public long Bytes { get; }

    public ReadOnlySpan<Posting> Postings(string stem) => _postings.TryGetValue(stem, out var found) ? found : [];

    /// <summary>The documents whose title or path has the term, in ascending order.</summary>
    public ReadOnlySpan<int> Titled(string stem) => _titles.TryGetValue(stem, out var found) ? found : [];

    /// <summary>The passages of a document: they follow one another.</summary>
    public IEnumerable<int> PassagesOf(int document) => Enumerable.Range(_firstPassage[document], _firstPassage[document + 1] - _firstPassage[document]);

    /// <summary>How much a term tells that stands in so many passages.</summary>
    public double Weight(int passages) => Math.Log(1 + ((Passages.Length - passages + 0.5) / (passages + 0.5)));
}

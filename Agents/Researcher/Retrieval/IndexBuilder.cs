using System.Text.RegularExpressions;
using Agents.Researcher.Documents;
using Agents.Researcher.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Retrieval;

/// <summary>Reads the documents of a workspace one at a time and keeps their terms.</summary>
internal sealed class IndexBuilder
{
    private const long MaxTextBytes = 256L * 1024 * 1024;
    private const int MaxPassages = 2_000_000;
    private const double SourcePrior = 0.6;

    private readonly List<IndexedDocument> _documents = [];
    private readonly List<Passage> _passages = [];
    private readonly List<int> _documentOf = [];
    private readonly List<int> _lengths = [];
    private readonly Dictionary<string, List<Posting>> _postings = [];
    private readonly Dictionary<string, List<int>> _titles = [];
    private int _unreadable;

    public static DocumentIndex Build(Workspace workspace, IEnumerable<WorkspaceFile> files, CancellationToken cancellationToken)
    {
        var builder = new IndexBuilder();
        List<string> notes = [];
        long bytes = 0;
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsRead(file))
                continue;
            bytes += file.Bytes;
            if (bytes > MaxTextBytes || builder._passages.Count > MaxPassages)
            {
                notes.Add($"Only the first {builder._documents.Count} documents were read: there is more text than {MaxTextBytes / 1024 / 1024} MiB.");
                break;
            }

            builder.Add(workspace, file);
        }

        if (builder._unreadable > 0)
            notes.Add($"{builder._unreadable} documents could not be read.");
        return builder.ToIndex(notes);
    }

    /// <summary>Whether a file is looked into at all: prose, and programs for their comments.</summary>
    public static bool IsRead(WorkspaceFile file) => !file.Generated && file.Language.Kind is LanguageKind.Document or LanguageKind.Source;

    private void Add(Workspace workspace, WorkspaceFile file)
    {
        ParsedDocument parsed;
        try
        {
            parsed = ParsedDocument.Parse(workspace.Read(file.Path), file.Language);
        }
        catch (Exception e) when (e is WorkspaceException or RegexMatchTimeoutException)
        {
            _unreadable++;
            return;
        }

        var document = _documents.Count;
        _documents.Add(new IndexedDocument(file.Path, parsed.Title, file.Language.Kind == LanguageKind.Source ? SourcePrior : 1, file.Bytes, file.ModifiedTicks));
        foreach (var stem in Words.Of(parsed.Title + " " + Path.ChangeExtension(file.Path, null)).Select(word => word.Stem).Distinct())
        {
            if (!_titles.TryGetValue(stem, out var list))
                _titles[stem] = list = [];
            list.Add(document);
        }

        foreach (var passage in PassageCutter.Cut(parsed))
            Add(document, passage, parsed.Readable);
    }

    private void Add(int document, Passage passage, string readable)
    {
        var words = Words.Of(readable[passage.Start..passage.End]);
        if (words.Count == 0)
            return;
        Dictionary<string, (int Body, int Heading)> counts = [];
        foreach (var word in words)
            counts[word.Stem] = counts.TryGetValue(word.Stem, out var known) ? (known.Body + 1, known.Heading) : (1, 0);
        foreach (var word in Words.Of(passage.Heading))
            counts[word.Stem] = counts.TryGetValue(word.Stem, out var known) ? (known.Body, known.Heading + 1) : (0, 1);
        var id = _passages.Count;
        _passages.Add(passage);
        _documentOf.Add(document);
        _lengths.Add(words[^1].Position + 1);
        foreach (var (stem, (body, heading)) in counts)
        {
            if (!_postings.TryGetValue(stem, out var list))
                _postings[stem] = list = [];
            list.Add(new Posting(id, (byte)Math.Min(body, 255), (byte)Math.Min(heading, 255)));
        }
    }

    private DocumentIndex ToIndex(List<string> notes) => new(
        _documents,
        [.. _passages],
        [.. _documentOf],
        [.. _lengths],
        _postings.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
        _titles.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
        notes);
}

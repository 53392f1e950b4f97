using Agents.Rules.Metrics.Code;
using Agents.Rules.Metrics.Duplication;
using Agents.Workspaces;

namespace Agents.Rules.Metrics;

/// <summary>Measures the programs of a workspace, file by file; keeps the extremes only.</summary>
internal sealed class MetricsTaker
{
    private const int Top = 20;
    private readonly Dictionary<string, LanguageMetrics> _languages = [];
    private readonly PriorityQueue<LargeFile, int> _largest = new();
    private readonly PriorityQueue<ComplexFunction, int> _complex = new();
    private readonly Dictionary<string, int> _complexity = [];
    private readonly DuplicateFinder _duplicates = new();
    private readonly List<string> _notes = [];
    private readonly SortedSet<string> _withoutFunctions = new(StringComparer.Ordinal);
    private int _unreadable;

    /// <summary>Reads every program; <paramref name="progress"/> is told how many are done.</summary>
    public void Read(Workspace workspace, WalkOptions options, Action<int>? progress, CancellationToken cancellationToken)
    {
        var skips = new SkipReport();
        var files = 0;
        foreach (var file in workspace.Files(options with { SkipGenerated = true }, skips, cancellationToken))
        {
            if (file.Language.Kind != LanguageKind.Source)
                continue;
            try
            {
                var text = workspace.Read(file.Path);
                Add(file, CodeMeter.Measure(text, file.Language, cancellationToken));
                _duplicates.Add(text, file.Language);
            }
            catch (Exception e) when (e is WorkspaceException or System.Text.RegularExpressions.RegexMatchTimeoutException)
            {
                _unreadable++;
            }

            if (++files % 100 == 0)
                progress?.Invoke(files);
        }

        Note(skips);
    }

    /// <summary>What it comes to.</summary>
    /// <param name="changes">Commits by file; null: there is no history, and so no hot spots.</param>
    public CodeMetrics Finish(IReadOnlyDictionary<string, int>? changes = null)
    {
        if (_duplicates.NotCompared > 0)
            _notes.Add($"Duplication was looked for in the first {DuplicateFinder.MostTokens:N0} tokens; {_duplicates.NotCompared} files after them were not compared.");
        var languages = _languages.Values.OrderByDescending(language => language.Lines).ThenBy(language => language.Language, StringComparer.Ordinal).ToList();
        return new CodeMetrics(
            new Totals(languages.Sum(l => l.Files), languages.Sum(l => l.Lines), languages.Sum(l => l.CodeLines), languages.Sum(l => l.CommentLines), languages.Sum(l => l.Functions)),
            languages,
            [.. _largest.UnorderedItems.Select(item => item.Element).OrderByDescending(file => file.Lines).ThenBy(file => file.File, StringComparer.Ordinal)],
            [.. _complex.UnorderedItems.Select(item => item.Element).OrderByDescending(f => f.Complexity).ThenBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.StartLine)],
            changes is null ? [] : HotSpots(changes),
            _duplicates.Finish(Top),
            _notes);
    }

    private void Add(WorkspaceFile file, FileMetrics metrics)
    {
        var name = file.Language.Name;
        var known = _languages.GetValueOrDefault(name) ?? new LanguageMetrics(name, 0, 0, 0, 0, 0);
        _languages[name] = new LanguageMetrics(
            name, known.Files + 1, known.Lines + metrics.Lines, known.CodeLines + metrics.CodeLines, known.CommentLines + metrics.CommentLines, known.Functions + metrics.Functions.Count);
        Keep(_largest, new LargeFile(file.Path, metrics.Lines), metrics.Lines);
        foreach (var function in metrics.Functions)
            Keep(_complex, new ComplexFunction(file.Path, function.Name, function.StartLine, function.Complexity, function.EndLine - function.StartLine + 1), function.Complexity);
        if (CodeMeter.KnowsFunctions(file.Language))
            _complexity[file.Path] = metrics.Functions.Sum(function => function.Complexity);
        else
            _withoutFunctions.Add(name);
    }

    // The smallest of those that are kept comes out first.
    private static void Keep<T>(PriorityQueue<T, int> queue, T element, int rank)
    {
        queue.Enqueue(element, rank);
        if (queue.Count > Top)
            queue.Dequeue();
    }

    private List<HotSpot> HotSpots(IReadOnlyDictionary<string, int> changes)
    {
        var both = _complexity.Where(pair => pair.Value > 0 && changes.ContainsKey(pair.Key)).ToList();
        if (both.Count == 0)
            return [];
        double mostCommits = both.Max(pair => changes[pair.Key]);
        double mostComplex = both.Max(pair => pair.Value);
        return
        [
            .. both
                .Select(pair => new HotSpot(pair.Key, changes[pair.Key], pair.Value, Math.Round(100 * (changes[pair.Key] / mostCommits) * (pair.Value / mostComplex), 1)))
                .OrderByDescending(spot => spot.Score).ThenBy(spot => spot.File, StringComparer.Ordinal).Take(Top),
        ];
    }

    private void Note(SkipReport skips)
    {
        if (_unreadable > 0)
            _notes.Add($"{_unreadable} source files could not be read.");
        if (_withoutFunctions.Count > 0)
            _notes.Add($"Functions and complexity are measured in C#, JavaScript, TypeScript and Python; not in {string.Join(", ", _withoutFunctions)}.");
        foreach (var skip in skips.Entries.Where(skip => skip.Reason is SkipReport.TooLarge or SkipReport.Unreadable or SkipReport.Generated))
            _notes.Add($"{skip.Count} files were left out: {skip.Reason.Replace('_', ' ')} ({string.Join(", ", skip.Examples.Take(3))}).");
        if (skips.Truncated)
            _notes.Add("There are more files than were looked at.");
        if (_languages.Count == 0)
            _notes.Add("The workspace has no source files.");
    }
}

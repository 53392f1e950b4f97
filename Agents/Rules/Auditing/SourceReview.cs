using Agents.Rules.Sources;
using Agents.Workspaces;

namespace Agents.Rules.Auditing;

/// <summary>
/// Reviews the source in a folder by rules. Files are read one by one, on as many threads as there are processors, and
/// forgotten again: memory does not grow with the number of files.
/// </summary>
public static class SourceReview
{
    private const int ProgressEvery = 100;

    /// <summary>Reviews a workspace.</summary>
    /// <param name="request">What to look at.</param>
    /// <param name="progress">Told every hundred files; may be null.</param>
    /// <param name="cancellationToken">Ends the review.</param>
    /// <exception cref="WorkspaceException">The workspace is missing or not readable, or a path, pattern or limit is not acceptable.</exception>
    public static async Task<SourceReviewResult> RunAsync(
        SourceReviewRequest request,
        IProgress<SourceReviewProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Positive(request.MaxFindings, "max_findings");
        Positive(request.MaxFileBytes, "max_file_bytes");
        Positive(request.MaxFiles, "max_files");
        var workspace = Workspace.Open(request.Workspace);
        var rules = RuleCatalog.Rules.Where(r => request.Category is null || r.Info.Category == request.Category).ToList();
        var run = new Run(workspace, rules, new FindingCollector(request.MaxFindings), new Vendored(workspace, request.Paths), progress);
        var walked = new SkipReport();
        var options = new WalkOptions
        {
            Paths = request.Paths,
            Exclude = request.Exclude,
            MaxFileBytes = request.MaxFileBytes,
            MaxFiles = request.MaxFiles,
            SkipGenerated = true,
        };
        await Parallel.ForEachAsync(
            workspace.Files(options, walked, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            run.OneAsync);
        return run.Result(request.Category, walked);
    }

    private static void Positive(long value, string field)
    {
        if (value <= 0)
        {
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: {value} must be more than 0.");
        }
    }

    /// <summary>Reviews one text as if it were the file of that name.</summary>
    internal static FileReview.Outcome Text(string path, string text, IReadOnlyList<Rule>? rules = null) =>
        FileReview.Run(new SourceFile(path, text), rules ?? RuleCatalog.Rules);

    private sealed class Run(Workspace workspace, IReadOnlyList<Rule> rules, FindingCollector collector, Vendored vendored, IProgress<SourceReviewProgress>? progress)
    {
        private readonly Lock _lock = new();
        private readonly SkipReport _skipped = new();
        private int _files;
        private long _lines;
        private int _suppressed;

        public async ValueTask OneAsync(WorkspaceFile file, CancellationToken cancellationToken)
        {
            var language = FileKinds.LanguageOf(file.Path);
            if (language == Languages.None && file.Language.Name is "JavaScript" or "Python")
            {
                language = file.Language.Name == "Python" ? Languages.Python : Languages.JavaScript; // a script without an extension
            }

            if (language == Languages.None)
            {
                return; // a document or a format without rules
            }

            if (vendored.Reason(file) is { } reason)
            {
                Skip(reason, file.Path);
                return;
            }

            try
            {
                var text = await workspace.ReadAsync(file.Path, cancellationToken: cancellationToken);
                var source = new SourceFile(file.Path, text.Text, language);
                if (BundledText.Is(source))
                {
                    Skip(SkipReport.Generated, file.Path);
                }
                else
                {
                    Take(source);
                }
            }
            catch (WorkspaceException)
            {
                Skip(SkipReport.Unreadable, file.Path);
            }
        }

        public SourceReviewResult Result(Category? category, SkipReport walked) => new()
        {
            Category = category?.ToString().ToLowerInvariant() ?? "all",
            Findings = collector.Take(),
            FindingsTotal = collector.Total,
            Truncated = walked.Truncated || collector.Total > collector.Take().Count,
            Suppressed = _suppressed,
            FilesScanned = _files,
            LinesScanned = _lines,
            Rules = [.. rules.Select(r => r.Info.Id)],
            Skipped = Merge(walked.Entries, _skipped.Entries),
        };

        private void Take(SourceFile file)
        {
            var outcome = FileReview.Run(file, rules);
            collector.Add(outcome.Findings);
            lock (_lock)
            {
                _files++;
                _lines += file.Lines.Count;
                _suppressed += outcome.Suppressed;
                foreach (var rule in outcome.Failed)
                {
                    _skipped.Add("rule_failed", $"{file.Path} ({rule})");
                }

                if (_files % ProgressEvery == 0)
                {
                    progress?.Report(new SourceReviewProgress(_files, _lines, collector.Total));
                }
            }
        }

        private void Skip(string reason, string path)
        {
            lock (_lock)
            {
                _skipped.Add(reason, path);
            }
        }

        private static IReadOnlyList<Skipped> Merge(IReadOnlyList<Skipped> first, IReadOnlyList<Skipped> second) =>
            [.. first.Concat(second).GroupBy(s => s.Reason, StringComparer.Ordinal)
                .Select(g => new Skipped(g.Key, g.Sum(s => s.Count), [.. g.SelectMany(s => s.Examples).Take(5)]))
                .OrderBy(s => s.Reason, StringComparer.Ordinal)];
    }
}

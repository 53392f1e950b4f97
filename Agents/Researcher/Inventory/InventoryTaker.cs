using Agents.Researcher.Contracts;
using Agents.Workspaces;

namespace Agents.Researcher.Inventory;

/// <summary>Counts what is in a workspace, file by file, and proposes areas to look through in parallel.</summary>
internal static class InventoryTaker
{
    /// <summary>Lines of source in an area when the caller does not say.</summary>
    public const int DefaultAreaLines = 12_000;

    private const int ProgressEvery = 500;

    /// <summary>Takes stock; <paramref name="progress"/> is told now and then how many files were counted.</summary>
    public static InventoryOutput Take(Workspace workspace, InventoryInput input, Action<int>? progress, CancellationToken cancellationToken)
    {
        var skips = new SkipReport();
        var areas = new AreaPlanner();
        Dictionary<string, (int Files, long Lines, long Bytes)> languages = [];
        int files = 0, sources = 0, documents = 0;
        long bytes = 0, lines = 0;
        foreach (var file in workspace.Files(new WalkOptions { Include = input.Include, Exclude = input.Exclude }, skips, cancellationToken))
        {
            long count;
            try
            {
                count = LineCounter.Count(file.FullPath, file.Bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                skips.Add(SkipReport.Unreadable, file.Path);
                continue;
            }

            files++;
            bytes += file.Bytes;
            lines += count;
            var known = languages.GetValueOrDefault(file.Language.Name);
            languages[file.Language.Name] = (known.Files + 1, known.Lines + count, known.Bytes + file.Bytes);
            var isSource = file.Language.Kind == LanguageKind.Source && !file.Generated;
            sources += isSource ? 1 : 0;
            documents += file.Language.Kind == LanguageKind.Document ? 1 : 0;
            areas.Add(file.Path, file.Language.Name, isSource, count);
            if (files % ProgressEvery == 0)
                progress?.Invoke(files);
        }

        return new InventoryOutput(
            files,
            sources,
            documents,
            bytes,
            lines,
            [.. languages.OrderByDescending(pair => pair.Value.Lines).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new LanguageCount(pair.Key, pair.Value.Files, pair.Value.Lines, pair.Value.Bytes))],
            sources == 0 ? [] : [.. areas.Plan(input.MaxAreaLines ?? DefaultAreaLines).Select((area, i) => new Area($"a{i + 1}", area.Title, area.Paths, area.Files, area.Lines, area.Languages))],
            [.. skips.Entries.Select(skip => new SkippedFiles(skip.Reason, skip.Count, skip.Examples))],
            skips.Truncated);
    }
}

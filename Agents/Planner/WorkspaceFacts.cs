using Agents.Workspaces;

namespace Agents.Planner;

/// <summary>What planning has to know of a workspace.</summary>
/// <param name="Files">Text files that are looked at.</param>
/// <param name="Lines">Lines of all of them.</param>
/// <param name="SourceFiles">Programs, without generated ones.</param>
/// <param name="SourceLines">Their lines.</param>
/// <param name="Documents">Files of prose.</param>
/// <param name="DocumentLines">Their lines.</param>
/// <param name="Languages">Lines of source by language, most first.</param>
/// <param name="Areas">Proposes parts of a size.</param>
internal sealed record WorkspaceFacts(
    int Files,
    long Lines,
    int SourceFiles,
    long SourceLines,
    int Documents,
    long DocumentLines,
    IReadOnlyList<(string Language, long Lines)> Languages,
    AreaPlanner Areas)
{
    public static WorkspaceFacts Gather(Workspace workspace, PlanInputs inputs, CancellationToken cancellationToken)
    {
        int files = 0, sources = 0, documents = 0;
        long lines = 0, sourceLines = 0, documentLines = 0;
        Dictionary<string, long> languages = [];
        var areas = new AreaPlanner();
        foreach (var file in workspace.Files(new WalkOptions { Include = inputs.Texts("include"), Exclude = inputs.Texts("exclude") }, null, cancellationToken))
        {
            long count;
            try
            {
                count = LineCounter.Count(file.FullPath, file.Bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // the inventory reports it
            }

            files++;
            lines += count;
            if (file.Language.Kind == LanguageKind.Document)
            {
                documents++;
                documentLines += count;
            }
            else if (file.Language.Kind == LanguageKind.Source && !file.Generated)
            {
                sources++;
                sourceLines += count;
                languages[file.Language.Name] = languages.GetValueOrDefault(file.Language.Name) + count;
            }

            areas.Add(file.Path, file.Language.Name, file.Language.Kind == LanguageKind.Source && !file.Generated, count);
        }

        return new WorkspaceFacts(
            files, lines, sources, sourceLines, documents, documentLines,
            [.. languages.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))],
            areas);
    }

    /// <summary>In a sentence, for people.</summary>
    public string Describe()
    {
        var languages = Languages.Count == 0 ? "" : $" ({string.Join(", ", Languages.Take(4).Select(language => $"{language.Language} {language.Lines:N0}"))})";
        return $"The workspace has {Files:N0} text files: {SourceFiles:N0} of source with {SourceLines:N0} lines{languages} and {Documents:N0} documents with {DocumentLines:N0} lines.";
    }
}

using Agents.Workspaces;

namespace Agents.Analyst.Data;

/// <summary>Finds the tables of a workspace.</summary>
internal static class DataTables
{
    private const int MostTables = 50;
    private const long LargestBytes = 4L << 30;

    // What tools write and read; no table of anybody's data.
    private static readonly HashSet<string> s_settings = new(StringComparer.OrdinalIgnoreCase)
    {
        "package.json", "package-lock.json", "tsconfig.json", "appsettings.json", "global.json", "launchSettings.json", "composer.json", "manifest.json",
    };

    public static TablesOutput Find(Workspace workspace, TablesInput input, CancellationToken cancellationToken)
    {
        var skips = new SkipReport();
        List<TableFile> found = [];
        List<string> missing = [];
        var more = 0;
        foreach (var file in workspace.Files(new WalkOptions { Include = input.Include, Exclude = input.Exclude, MaxFileBytes = LargestBytes }, skips, cancellationToken))
        {
            if (Table.FormatOf(file.Path) is not { } format || s_settings.Contains(file.Name))
                continue;
            if (format == "json" && !IsList(file.FullPath))
                missing.Add($"{file.Path}: no list of objects, so no table.");
            else if (found.Count >= MostTables)
                more++;
            else
                found.Add(new TableFile(file.Path, format, file.Bytes));
        }

        if (more > 0)
            missing.Add($"{more} tables: at most {MostTables} are looked at. The input include chooses others.");
        foreach (var skip in skips.Entries.Where(skip => skip.Examples.Any(example => Table.FormatOf(example) is not null)))
            missing.Add($"{skip.Count} files were left out: {skip.Reason.Replace('_', ' ')} ({string.Join(", ", skip.Examples.Take(3))}).");
        if (found.Count == 0)
            missing.Add("There are no tables: no CSV, TSV, JSON or JSON Lines files with rows.");
        return new TablesOutput(found, missing);
    }

    private static bool IsList(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            int c;
            do
            {
                c = reader.Read();
            }
            while (c >= 0 && char.IsWhiteSpace((char)c));
            return c == '[';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

namespace Agents.Workspaces;

/// <summary>A part of a workspace that can be worked through by itself.</summary>
/// <param name="Title">For people.</param>
/// <param name="Paths">Folders and files, relative to the workspace, as <see cref="WalkOptions.Paths"/> takes them.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Lines">Lines of source.</param>
/// <param name="Languages">Those of the source, most lines first.</param>
public sealed record WorkspaceArea(string Title, IReadOnlyList<string> Paths, int Files, long Lines, IReadOnlyList<string> Languages);

/// <summary>
/// Cuts a workspace into areas of about equal work: a folder that is too large is split at its subfolders, neighbours that are
/// small are put together, and files of a folder that is split are named one by one. Every file is in exactly one area.
/// </summary>
public sealed class AreaPlanner
{
    // Other text is only scanned for secrets: it costs little.
    private const double OtherWeight = 0.1;
    private const int MostAreas = 64;
    private readonly Folder _root = new("");

    /// <summary>Adds a file.</summary>
    /// <param name="path">Relative to the workspace, with '/'.</param>
    /// <param name="language">Its name.</param>
    /// <param name="isSource">Whether it is a program; other text weighs little.</param>
    /// <param name="lines">How many lines it has.</param>
    public void Add(string path, string language, bool isSource, long lines)
    {
        var item = new Item(path, language, isSource, lines, isSource ? lines : lines * OtherWeight);
        var folder = _root;
        folder.Weight += item.Weight;
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var name = path[..slash];
            if (!folder.Folders.TryGetValue(name, out var child))
                folder.Folders[name] = child = new Folder(name);
            folder = child;
            folder.Weight += item.Weight;
        }

        folder.Files.Add(item);
    }

    /// <summary>The areas, in the order of their paths.</summary>
    /// <param name="maxLines">Lines of source in an area at most, unless one file has more or there would be more than 64 areas.</param>
    public IReadOnlyList<WorkspaceArea> Plan(int maxLines)
    {
        var most = Math.Max(maxLines, _root.Weight / MostAreas);
        List<Unit> units = [];
        Split(_root, most, units);
        List<List<Unit>> areas = [];
        double weight = 0;
        foreach (var unit in units)
        {
            if (areas.Count == 0 || weight + unit.Weight > most)
            {
                areas.Add([]);
                weight = 0;
            }

            areas[^1].Add(unit);
            weight += unit.Weight;
        }

        return [.. areas.Where(area => area.Exists(unit => unit.Items.Count > 0)).Select(Describe)];
    }

    private static void Split(Folder folder, double most, List<Unit> units)
    {
        if (folder.Weight <= most || (folder is { Path.Length: > 0, Folders.Count: 0, Files.Count: 1 }))
        {
            List<Item> all = [];
            Collect(folder, all);
            units.Add(new Unit([folder.Path.Length == 0 ? "." : folder.Path], folder.Path, folder.Weight, all));
            return;
        }

        List<Item> open = [];
        double weight = 0;
        foreach (var item in folder.Files)
        {
            if (open.Count > 0 && weight + item.Weight > most)
            {
                units.Add(new Unit([.. open.Select(file => file.Path)], folder.Path, weight, open));
                open = [];
                weight = 0;
            }

            open.Add(item);
            weight += item.Weight;
        }

        if (open.Count > 0)
            units.Add(new Unit([.. open.Select(file => file.Path)], folder.Path, weight, open));
        foreach (var child in folder.Folders.Values)
            Split(child, most, units);
    }

    private static void Collect(Folder folder, List<Item> all)
    {
        all.AddRange(folder.Files);
        foreach (var child in folder.Folders.Values)
            Collect(child, all);
    }

    private static WorkspaceArea Describe(List<Unit> units)
    {
        var items = units.SelectMany(unit => unit.Items).ToList();
        var languages = items.Where(item => item.IsSource).GroupBy(item => item.Language).OrderByDescending(group => group.Sum(item => item.Lines)).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToList();
        return new WorkspaceArea(Title(units), [.. units.SelectMany(unit => unit.Paths)], items.Count, items.Where(item => item.IsSource).Sum(item => item.Lines), languages);
    }

    private static string Title(List<Unit> units)
    {
        var names = units.Select(Name).Distinct().ToList();
        return names.Count <= 3 ? string.Join(", ", names) : $"{names[0]}, {names[1]} and {names.Count - 2} more";
    }

    private static string Name(Unit unit)
    {
        if (unit.Paths is ["."])
            return "whole workspace";
        if (unit.Paths.Count == 1)
            return unit.Paths[0];
        return unit.Folder.Length == 0 ? "files at the root" : $"files in {unit.Folder}";
    }

    private sealed class Folder(string path)
    {
        public string Path { get; } = path;

        public double Weight { get; set; }

        public List<Item> Files { get; } = [];

        public SortedDictionary<string, Folder> Folders { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Item(string Path, string Language, bool IsSource, long Lines, double Weight);

    private sealed record Unit(IReadOnlyList<string> Paths, string Folder, double Weight, List<Item> Items);
}

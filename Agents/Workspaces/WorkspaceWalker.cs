namespace Agents.Workspaces;

/// <summary>
/// Depth first with a stack of folders that are still to be listed; only the folders on the way down are in memory.
/// Links are never followed, so there are no cycles and no way out.
/// </summary>
internal sealed class WorkspaceWalker(Workspace workspace, WalkOptions options, SkipReport skips)
{
    private static readonly EnumerationOptions Listing = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    private readonly IReadOnlyList<Glob> _include = Glob.ParseAll(options.Include, "include");
    private readonly IReadOnlyList<Glob> _exclude = Glob.ParseAll(options.Exclude, "exclude");
    private readonly List<string> _within = Within(workspace, options.Paths);
    private readonly byte[] _sample = new byte[TextSniffer.SampleBytes];

    public IEnumerable<WorkspaceFile> Walk(CancellationToken cancellationToken)
    {
        var files = 0;
        var stack = new Stack<Entry>();
        Push(stack, new DirectoryInfo(workspace.Root), "", IgnoreScope.Enter(null, Path.Combine(workspace.Root, ".git", "info", "exclude"), "", new SkipReport()));
        while (stack.TryPop(out var entry))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Info is DirectoryInfo folder)
            {
                if (Enters(folder, entry))
                    Push(stack, folder, entry.Path, entry.Scope);
            }
            else if (Take((FileInfo)entry.Info, entry) is { } file)
            {
                if (files++ >= options.MaxFiles)
                {
                    skips.Truncate();
                    yield break;
                }

                yield return file;
            }
        }
    }

    private static List<string> Within(Workspace workspace, IReadOnlyList<string>? paths)
    {
        List<string> within = [];
        for (var i = 0; i < (paths?.Count ?? 0); i++)
        {
            var relative = workspace.Relative(workspace.Resolve(paths![i], $"paths[{i}]"));
            if (relative == ".")
                return [];
            within.Add(relative);
        }

        return within;
    }

    // Folders compare as if they ended in '/', so that the whole walk is in the order of the paths.
    private void Push(Stack<Entry> stack, DirectoryInfo folder, string path, IgnoreScope? scope)
    {
        scope = IgnoreScope.Enter(scope, Path.Combine(folder.FullName, ".gitignore"), path, skips);
        List<Entry> entries = [];
        try
        {
            foreach (var info in folder.EnumerateFileSystemInfos("*", Listing))
                entries.Add(new Entry(info, path.Length == 0 ? info.Name : path + "/" + info.Name, scope));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            skips.Add(SkipReport.Unreadable, path.Length == 0 ? "./" : path + "/");
        }

        entries.Sort(static (a, b) => string.CompareOrdinal(b.SortKey, a.SortKey));
        foreach (var entry in entries)
            stack.Push(entry);
    }

    private bool Enters(DirectoryInfo folder, Entry entry)
    {
        if (folder.Name is ".git" or ".hg" or ".svn" || !Overlaps(entry.Path))
            return false;
        string? reason = null;
        if (folder.LinkTarget is not null)
            reason = SkipReport.SymbolicLink;
        else if (folder.Name is "node_modules" or "bower_components" || File.Exists(Path.Combine(folder.FullName, "pyvenv.cfg")))
            reason = SkipReport.Dependencies;
        else if (_exclude.Any(glob => glob.IsMatch(entry.Path) || glob.IsMatch(entry.Path + "/")))
            reason = SkipReport.Excluded;
        else if (entry.Scope?.IsIgnored(entry.Path, folder.Name, isFolder: true) == true)
            reason = SkipReport.Ignored;
        else if (IsBuildOutput(folder))
            reason = SkipReport.BuildOutput;
        if (reason is not null)
            skips.Add(reason, entry.Path + "/");
        return reason is null;
    }

    private static bool IsBuildOutput(DirectoryInfo folder)
    {
        if (folder.Name == "obj")
            return File.Exists(Path.Combine(folder.FullName, "project.assets.json"));
        if (folder.Name != "bin" || folder.Parent is null)
            return false;
        return (Directory.Exists(Path.Combine(folder.FullName, "Debug")) || Directory.Exists(Path.Combine(folder.FullName, "Release")))
            && folder.Parent.EnumerateFiles("*.*proj").Any();
    }

    private WorkspaceFile? Take(FileInfo info, Entry entry)
    {
        if (info.Name == ".git" || !Overlaps(entry.Path) || (_include.Count > 0 && !_include.Any(glob => glob.IsMatch(entry.Path))))
            return null;
        if (_exclude.Any(glob => glob.IsMatch(entry.Path)))
            return Skip(SkipReport.Excluded, entry);
        if (entry.Scope?.IsIgnored(entry.Path, info.Name, isFolder: false) == true)
            return Skip(SkipReport.Ignored, entry);
        try
        {
            if (info.LinkTarget is not null)
                return Skip(SkipReport.SymbolicLink, entry);
            if (info.Length > options.MaxFileBytes)
                return Skip(SkipReport.TooLarge, entry);
            // Pipes and devices have no length either, and opening one might never return.
            var sample = info.Length == 0 ? [] : Sample(info.FullName);
            if (!options.WithBinary && TextSniffer.Detect(sample) is null)
                return Skip(SkipReport.Binary, entry);
            var language = Languages.Detect(info.Name, sample);
            var generated = GeneratedFiles.IsGenerated(info.Name, language, sample);
            return generated && options.SkipGenerated
                ? Skip(SkipReport.Generated, entry)
                : new WorkspaceFile(entry.Path, info.FullName, info.Length, info.LastWriteTimeUtc.Ticks, language, generated);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Skip(SkipReport.Unreadable, entry);
        }
    }

    private WorkspaceFile? Skip(string reason, Entry entry)
    {
        skips.Add(reason, entry.Path);
        return null;
    }

    private ReadOnlySpan<byte> Sample(string fullPath)
    {
        using var handle = File.OpenHandle(fullPath, share: FileShare.ReadWrite | FileShare.Delete);
        return _sample.AsSpan(0, RandomAccess.Read(handle, _sample, 0));
    }

    // On the way to one of the wanted paths, or below it.
    private bool Overlaps(string path) =>
        _within.Count == 0 || _within.Any(wanted => path == wanted || Below(path, wanted) || Below(wanted, path));

    private static bool Below(string path, string folder) =>
        path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);

    private sealed record Entry(FileSystemInfo Info, string Path, IgnoreScope? Scope)
    {
        public string SortKey { get; } = Info is DirectoryInfo ? Info.Name + "/" : Info.Name;
    }
}

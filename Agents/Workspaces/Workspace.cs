namespace Agents.Workspaces;

/// <summary>The files a run works on: a folder of this host that is only read, and only below its root.</summary>
public sealed class Workspace
{
    /// <summary>The size up to which a file is read into memory when the caller does not say. Bytes.</summary>
    public const long DefaultMaxBytes = 16 * 1024 * 1024;

    private Workspace(string root) => Root = root;

    /// <summary>Absolute path of the root, links resolved, without a '/' at the end.</summary>
    public string Root { get; }

    /// <summary>Opens a workspace.</summary>
    /// <param name="root">A folder of this host that can be listed.</param>
    /// <exception cref="WorkspaceException">WORKSPACE_MISSING or WORKSPACE_UNREADABLE, with the path.</exception>
    public static Workspace Open(string root)
    {
        if (string.IsNullOrWhiteSpace(root))
            throw new WorkspaceException(WorkspaceException.Missing, "workspace: no folder was given.");
        try
        {
            var path = Path.GetFullPath(root);
            if (File.Exists(path))
                throw new WorkspaceException(WorkspaceException.Missing, $"workspace: '{root}' is a file, not a folder.");
            if (!Directory.Exists(path))
                throw new WorkspaceException(WorkspaceException.Missing, $"workspace: the folder '{root}' does not exist.");
            path = RealPath(path);
            using var entries = Directory.EnumerateFileSystemEntries(path).GetEnumerator();
            entries.MoveNext();
            return new Workspace(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new WorkspaceException(WorkspaceException.Unreadable, $"workspace: the folder '{root}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The text files, one at a time and in a stable order (by path, ordinal). Nothing is kept: 50,000 files cost what one folder costs.
    /// Folders of version control are passed over in silence; whatever else is left out is told to <paramref name="skips"/>.
    /// </summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="skips">Null if nobody wants to know.</param>
    /// <param name="cancellationToken">Ends the walk between two files.</param>
    /// <exception cref="WorkspaceException">INVALID_INPUT: a bad glob, or a path of <see cref="WalkOptions.Paths"/> that is not there.</exception>
    public IEnumerable<WorkspaceFile> Files(WalkOptions? options = null, SkipReport? skips = null, CancellationToken cancellationToken = default)
    {
        var walker = new WorkspaceWalker(this, options ?? new WalkOptions(), skips ?? new SkipReport());
        return walker.Walk(cancellationToken);
    }

    /// <summary>The absolute path of something in the workspace that exists.</summary>
    /// <param name="path">Relative to the root, with '/'.</param>
    /// <param name="field">The name of the input it came from, for the error.</param>
    /// <exception cref="WorkspaceException">INVALID_INPUT: absolute, leads out of the workspace (by '..' or a link), or does not exist.</exception>
    public string Resolve(string path, string field = "path")
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0'))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: a path must not be empty or hold a NUL.");
        if (Path.IsPathRooted(path))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{path}' must be relative to the workspace.");
        var full = Path.GetFullPath(Path.Combine(Root, path));
        if (!IsInside(full))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{path}' leads out of the workspace.");
        if (!Path.Exists(full))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{path}' does not exist in the workspace.");
        string real;
        try
        {
            real = RealPath(full);
        }
        catch (IOException e)
        {
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{path}' cannot be resolved: {e.Message}", e);
        }

        return IsInside(real) ? real : throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{path}' is a link that leads out of the workspace.");
    }

    /// <summary>The path relative to the root, with '/'; "." for the root itself.</summary>
    /// <param name="fullPath">An absolute path inside the workspace.</param>
    public string Relative(string fullPath) => Path.GetRelativePath(Root, fullPath).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Reads a text file.</summary>
    /// <param name="path">Relative to the root, with '/'.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="WorkspaceException">INVALID_INPUT as in <see cref="Resolve"/>; WORKSPACE_UNREADABLE: too large, not text, or refused by the operating system.</exception>
    public async Task<TextFile> ReadAsync(string path, long maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        var full = Resolve(path);
        try
        {
            var length = CheckedLength(path, full, maxBytes);
            // Pipes and devices have no length either, and opening one might never return.
            return length == 0 ? new TextFile(path, "") : TextFile.Decode(path, await File.ReadAllBytesAsync(full, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException(WorkspaceException.Unreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text file, for loops that work through many on a thread of their own.</summary>
    /// <param name="path">Relative to the root, with '/'.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <exception cref="WorkspaceException">As <see cref="ReadAsync"/>.</exception>
    public TextFile Read(string path, long maxBytes = DefaultMaxBytes)
    {
        var full = Resolve(path);
        try
        {
            return CheckedLength(path, full, maxBytes) == 0 ? new TextFile(path, "") : TextFile.Decode(path, File.ReadAllBytes(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException(WorkspaceException.Unreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static long CheckedLength(string path, string full, long maxBytes)
    {
        if (Directory.Exists(full))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"path: '{path}' is a folder, not a file.");
        var length = new FileInfo(full).Length;
        return length <= maxBytes
            ? length
            : throw new WorkspaceException(WorkspaceException.Unreadable, $"'{path}' has {length} bytes, more than the {maxBytes} that are read.");
    }

    private bool IsInside(string full) => full == Root || full.StartsWith(Root.EndsWith('/') ? Root : Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Every part of the path may be a link, not only the last one.
    private static string RealPath(string full)
    {
        var root = Path.GetPathRoot(full)!;
        var real = root;
        foreach (var part in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                real = RealPath(target.FullName);
        }

        return real;
    }
}

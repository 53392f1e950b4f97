using Agents.Workspaces;

namespace Agents.Tools;

/// <summary>
/// Copies a folder that is not to be trusted: no link is followed, and none that leads out is taken along, nor what is too
/// large or usually holds secrets: a program that works on the copy could read what policy keeps from everybody else.
/// </summary>
internal static class FolderCopy
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>Makes it.</summary>
    /// <returns>Files that were left out.</returns>
    public static IReadOnlyList<NotCopied> Make(string from, string to, CopyLimits limits, CancellationToken cancellationToken)
    {
        List<NotCopied> left = [];
        long bytes = 0;
        var files = 0;
        var open = new Stack<(DirectoryInfo From, string To)>();
        open.Push((new DirectoryInfo(from), to));
        while (open.TryPop(out var folder))
        {
            foreach (var entry in folder.From.EnumerateFileSystemInfos("*", All))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var target = Path.Combine(folder.To, entry.Name);
                if (++files > limits.MaxFiles)
                    throw TooMuch($"more than {limits.MaxFiles} files and folders");
                if (entry.LinkTarget is { } link)
                {
                    if (StaysInside(from, entry.FullName, link))
                        File.CreateSymbolicLink(target, link);
                }
                else if (entry is DirectoryInfo child)
                {
                    Directory.CreateDirectory(target);
                    open.Push((child, target));
                }
                else if (entry is FileInfo file)
                {
                    var path = Relative(from, file);
                    if (!limits.WithSecrets && SecretFiles.Holds(path))
                        left.Add(new NotCopied(path, "it usually holds secrets"));
                    else if (file.Length > limits.MaxFileBytes)
                        left.Add(new NotCopied(path, $"it has {file.Length} bytes, more than {limits.MaxFileBytes}"));
                    else if ((bytes += file.Length) > limits.MaxBytes)
                        throw TooMuch($"more than {limits.MaxBytes} bytes");
                    else
                        CopyFile(file, target);
                }
            }
        }

        return left;
    }

    public static IReadOnlyList<FileChange> Compare(string before, string after, IReadOnlyList<NotCopied> left, CancellationToken cancellationToken)
    {
        var old = Listed(before, cancellationToken);
        foreach (var file in left)
            old.Remove(file.Path);
        var changes = new List<FileChange>();
        foreach (var (path, file) in Listed(after, cancellationToken))
        {
            if (!old.Remove(path, out var was))
                changes.Add(new FileChange(path, "added", file.Length));
            else if (was.Length != file.Length || (file.Length > 0 && was.LastWriteTimeUtc != file.LastWriteTimeUtc && !SameBytes(was, file)))
                changes.Add(new FileChange(path, "modified", file.Length));
        }

        changes.AddRange(old.Where(left => IsReadable(left.Value)).Select(left => new FileChange(left.Key, "deleted", 0)));
        return [.. changes.OrderBy(change => change.Path, StringComparer.Ordinal)];
    }

    // Relative to the root; links and what is in version control's own folder are no files of the work.
    private static Dictionary<string, FileInfo> Listed(string root, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, FileInfo>(StringComparer.Ordinal);
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (open.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", All))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.LinkTarget is not null)
                    continue;
                if (entry is DirectoryInfo child)
                {
                    if (child.Name != ".git")
                        open.Push(child);
                }
                else if (entry is FileInfo file)
                {
                    found[Relative(root, file)] = file;
                }
            }
        }

        return found;
    }

    private static string Relative(string root, FileInfo file) => Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');

    private static bool SameBytes(FileInfo a, FileInfo b)
    {
        using var left = a.OpenRead();
        using var right = b.OpenRead();
        Span<byte> one = new byte[32 * 1024], other = new byte[32 * 1024];
        while (left.ReadAtLeast(one, one.Length, throwOnEndOfStream: false) is > 0 and var read)
        {
            if (right.ReadAtLeast(other[..read], read, throwOnEndOfStream: false) != read || !one[..read].SequenceEqual(other[..read]))
                return false;
        }

        return true;
    }

    private static bool IsReadable(FileInfo file)
    {
        if (file.Length == 0)
            return true;
        try
        {
            using var stream = file.OpenRead();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void CopyFile(FileInfo file, string target)
    {
        if (file.Length == 0)
        {
            // Devices, pipes and sockets have no length either, and opening one might never return.
            File.Create(target).Dispose();
            return;
        }

        try
        {
            file.CopyTo(target);
            // Files of a packed workspace are read only, and a copy is made to be changed.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or FileNotFoundException)
        {
            // Not ours to read, so not ours to copy.
        }
    }

    private static bool StaysInside(string root, string link, string target)
    {
        if (Path.IsPathRooted(target))
            return false;
        var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(link)!, target));
        return full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static ToolException TooMuch(string what) =>
        new(ToolException.Failed, $"The workspace cannot be copied, and tools change copies only: it has {what}. Tools:MaxCopyBytes and Tools:MaxCopyFiles say how much may be copied.");
}

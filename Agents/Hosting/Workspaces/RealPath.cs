namespace Agents.Hosting.Workspaces;

/// <summary>Paths with their links followed.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path with every link on the way followed, as far as it exists.</summary>
    /// <exception cref="TaskFailedException">WORKSPACE_UNREADABLE: links run in a circle.</exception>
    public static string Of(string path)
    {
        var left = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
        var result = Path.GetPathRoot(Path.GetFullPath(path))!;
        var links = 0;
        while (left.TryPop(out var part))
        {
            var next = Path.GetFullPath(part, result);
            if (Link(next) is not { } target)
            {
                result = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new TaskFailedException(FailureCodes.WorkspaceUnreadable, $"{path} has links that run in a circle.");
            if (Path.IsPathRooted(target))
                result = Path.GetPathRoot(target)!;
            foreach (var step in Parts(target).Reverse())
                left.Push(step);
        }

        return result;
    }

    public static bool IsBelow(string path, string root)
    {
        var folder = Path.TrimEndingDirectorySeparator(root);
        return path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string[] Parts(string path) => path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using Grpc.Core;
using Orchestrator.Processing;

namespace Orchestrator.Planning;

/// <summary>Which folders a run may work on: those below the configured roots (<c>Workspaces:Roots</c>).</summary>
internal sealed class WorkspaceRules
{
    /// <summary>Longest path, in characters.</summary>
    public const int MaxPath = 4096;

    private readonly string[] _roots;

    /// <param name="roots">Absolute paths. None: no run may work on a path of this host.</param>
    /// <exception cref="ArgumentException">A root is not absolute.</exception>
    public WorkspaceRules(IEnumerable<string> roots)
    {
        var given = roots.Where(root => root.Length > 0).ToList();
        if (given.Find(root => !Path.IsPathFullyQualified(root)) is { } relative)
            throw new ArgumentException($"Workspaces:Roots has '{relative}'; a root must be an absolute path.", nameof(roots));
        // A root that does not exist yet is kept as it stands; it may be mounted later.
        _roots = [.. given.Select(root => Directory.Exists(root) ? RealPath(root, 0) : Path.GetFullPath(root)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The folder with all links resolved.</summary>
    /// <exception cref="RequestRefusedException">It may not be used; the message says why.</exception>
    public string Resolve(string path)
    {
        if (path.Length > MaxPath)
            throw Refused("INVALID_INPUT", $"workspace.path has {path.Length} characters; at most {MaxPath} are allowed.");
        if (path.Contains('\0'))
            throw Refused("INVALID_INPUT", "workspace.path holds a NUL character.");
        if (!Path.IsPathFullyQualified(path))
            throw Refused("INVALID_INPUT", $"workspace.path is '{path}'; it must be an absolute path.");

        string real;
        try
        {
            real = RealPath(path, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused("WORKSPACE_UNREADABLE", $"workspace.path '{path}' cannot be resolved: {failure.Message}");
        }

        // Before anything is told about it: what is outside the roots is nobody's business.
        if (!_roots.Any(root => IsBelow(real, root)))
        {
            throw Refused("WORKSPACE_NOT_ALLOWED", _roots.Length == 0
                ? $"workspace.path is '{path}'; this orchestrator allows no folders (Workspaces:Roots is empty)."
                : $"workspace.path is '{path}'; it must be below one of the allowed folders: {string.Join(", ", _roots)}.");
        }

        if (File.Exists(real))
            throw Refused("WORKSPACE_MISSING", $"workspace.path is '{path}'; it must be a folder, this is a file.");
        if (!Directory.Exists(real))
            throw Refused("WORKSPACE_MISSING", $"workspace.path is '{path}'; there is no such folder.");
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(real).GetEnumerator();
            entries.MoveNext();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused("WORKSPACE_UNREADABLE", $"workspace.path is '{path}'; it cannot be read: {failure.Message}");
        }

        return real;
    }

    private static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Every part of a path may be a link, and a link may lead to links.
    private static string RealPath(string path, int depth)
    {
        if (depth > 40)
            throw new IOException("the links lead in a circle");
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var parent = real;
            real = Path.Combine(parent, part);
            if (new FileInfo(real).LinkTarget is { } target)
                real = RealPath(Path.Combine(parent, target), depth + 1);
        }

        return real;
    }

    private static RequestRefusedException Refused(string code, string message) =>
        new(StatusCode.InvalidArgument, code, message, "workspace.path");
}

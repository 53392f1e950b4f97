using Agents.Hosting.Workspaces;
using Protos.V1;

namespace Agents.Hosting;

/// <summary>The files that a run works on, as a local folder. Read only: agents change copies.</summary>
public sealed class TaskWorkspace
{
    private readonly WorkspaceProvider _provider;
    private readonly Workspace? _assigned;
    private readonly TaskArtifacts _artifacts;
    private string? _root;
    private CachedWorkspace? _cached;

    internal TaskWorkspace(WorkspaceProvider provider, Workspace? assigned, TaskArtifacts artifacts)
    {
        _provider = provider;
        _assigned = assigned;
        _artifacts = artifacts;
    }

    /// <summary>Whether the run works on files.</summary>
    public bool Exists => _assigned is { Path.Length: > 0 } or { Artifact.Id.Length: > 0 };

    /// <summary>Absolute path of the folder, without links in it.</summary>
    /// <exception cref="TaskFailedException">WORKSPACE_MISSING: the run has no files, or they are gone. WORKSPACE_UNREADABLE: they must not be read.</exception>
    public string Root => _root ??= _assigned is { Path.Length: > 0 }
        ? _provider.Check(_assigned.Path)
        : throw new TaskFailedException(FailureCodes.WorkspaceMissing, "This task needs files, and the run has no workspace; submit it with one.");

    /// <summary>A file or folder of the workspace.</summary>
    /// <param name="relativePath">With <c>/</c>, e.g. <c>src/app.cs</c>. Empty or <c>.</c>: the root.</param>
    /// <returns>Its absolute path, links followed. It need not exist.</returns>
    /// <exception cref="TaskFailedException">INVALID_INPUT: it is absolute, or leads out of the workspace, by <c>..</c> or by a link.</exception>
    public string Resolve(string relativePath)
    {
        if (Path.IsPathRooted(relativePath))
            throw Outside(relativePath, "is absolute; paths are relative to the workspace");

        var full = RealPath.Of(Path.Combine(Root, relativePath));
        return RealPath.IsBelow(full, Root) ? full : throw Outside(relativePath, "leads out of the workspace");
    }

    /// <summary>How a file is named in outputs.</summary>
    /// <param name="fullPath">An absolute path inside the workspace.</param>
    /// <returns>Relative to the root, with <c>/</c>.</returns>
    public string Relative(string fullPath) => Path.GetRelativePath(Root, fullPath).Replace(Path.DirectorySeparatorChar, '/');

    internal async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_assigned?.Artifact is not { Id.Length: > 0 } artifact)
            return;
        _cached = await _provider.MaterializeAsync(artifact, _artifacts, cancellationToken);
        _root = _cached.Root;
    }

    /// <summary>The attempt is over: what was unpacked for it may go.</summary>
    internal void Release() => _cached?.Dispose();

    private static TaskFailedException Outside(string path, string rule) => new(FailureCodes.InvalidInput, $"Path \"{path}\" {rule}.");
}

using Agents.Workspaces;

namespace Agents.Tools;

/// <summary>
/// The files that the calls of one attempt work on. Reading goes to the workspace itself until something is to be
/// changed or a program is to run: then a copy is made once, everything goes there, and the workspace stays as it was.
/// </summary>
public sealed class ToolFolder : IDisposable
{
    private readonly Workspace _original;
    private readonly CopyLimits _limits;
    private readonly Lock _gate = new();
    private readonly bool _isOwn;
    private string? _folder;
    private Workspace? _copy;

    private ToolFolder(Workspace original, CopyLimits limits, bool isOwn) => (_original, _limits, _isOwn) = (original, limits, isOwn);

    /// <summary>Files of the workspace that are not in the copy. Empty when there is none.</summary>
    public IReadOnlyList<NotCopied> LeftOut { get; private set; } = [];

    /// <summary>What is read now: the copy when there is one.</summary>
    public Workspace Files => _copy ?? _original;

    /// <summary>Opens it; nothing is copied yet.</summary>
    /// <param name="root">A folder of this host.</param>
    /// <param name="limits">What may be copied. Null: the defaults.</param>
    /// <returns>To be disposed of when the attempt ends: the copy goes then.</returns>
    /// <exception cref="WorkspaceException">The folder cannot be read.</exception>
    public static ToolFolder Open(string root, CopyLimits? limits = null) => new(Workspace.Open(root), limits ?? new CopyLimits(), isOwn: false);

    /// <summary>Makes an empty one, for an attempt that has no files.</summary>
    /// <param name="limits">What may be copied. Null: the defaults.</param>
    /// <returns>To be disposed of when the attempt ends: the folder goes then.</returns>
    public static ToolFolder Empty(CopyLimits? limits = null) =>
        new(Workspace.Open(Directory.CreateTempSubdirectory("agents-empty-").FullName), limits ?? new CopyLimits(), isOwn: true);

    /// <summary>What may be changed: the copy, made now when there is none.</summary>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="ToolException">TOOL_FAILED: the workspace has more than may be copied.</exception>
    public Workspace Writable(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_copy is null)
            {
                _folder ??= Directory.CreateTempSubdirectory("agents-copy-").FullName;
                LeftOut = FolderCopy.Make(_original.Root, _folder, _limits, cancellationToken);
                _copy = Workspace.Open(_folder);
            }

            return _copy;
        }
    }

    /// <summary>What differs in the copy from the workspace, by path.</summary>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>Empty when there is no copy.</returns>
    public IReadOnlyList<FileChange> Changes(CancellationToken cancellationToken) =>
        _copy is null ? [] : FolderCopy.Compare(_original.Root, _copy.Root, LeftOut, cancellationToken);

    /// <summary>Deletes the copy.</summary>
    public void Dispose()
    {
        if (_folder is not null)
            Delete(_folder);
        if (_isOwn)
            Delete(_original.Root);
        _folder = null;
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In the temporary folder: the host's own cleaning takes it.
        }
    }
}

/// <summary>What may be copied.</summary>
/// <param name="MaxBytes">Of all files together; more are refused. Default: 1 GiB.</param>
/// <param name="MaxFiles">Files and folders; more are refused. Default: 200,000.</param>
/// <param name="MaxFileBytes">Of one file; a larger one is left out. Default: 256 MiB.</param>
/// <param name="WithSecrets">Whether files that usually hold secrets are copied too. Default: they are left out.</param>
public sealed record CopyLimits(long MaxBytes = 1L << 30, int MaxFiles = 200_000, long MaxFileBytes = 256L << 20, bool WithSecrets = false);

/// <summary>A file that is not in the copy.</summary>
/// <param name="Path">Relative, with '/'.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
public sealed record NotCopied(string Path, string Reason);

/// <summary>A file that a tool changed.</summary>
/// <param name="Path">Relative, with '/'.</param>
/// <param name="Kind"><c>added</c>, <c>modified</c> or <c>deleted</c>.</param>
/// <param name="Bytes">Its size now; of a deleted one 0.</param>
public sealed record FileChange(string Path, string Kind, long Bytes);

namespace Agents.Workspaces;

/// <summary>A text file of a workspace, as the walk found it.</summary>
/// <param name="Path">Relative to the root, with '/' between the parts.</param>
/// <param name="FullPath">Absolute path on this host.</param>
/// <param name="Bytes">Size on disk when it was listed.</param>
/// <param name="ModifiedTicks">Last write, UTC ticks: part of a content stamp.</param>
/// <param name="Language">By name, extension or first line.</param>
/// <param name="Generated">Minified, a lock file, or marked as generated: not worth a reader's time.</param>
public sealed record WorkspaceFile(string Path, string FullPath, long Bytes, long ModifiedTicks, Language Language, bool Generated)
{
    /// <summary>The folder part of <see cref="Path"/>; empty at the root.</summary>
    public string Folder => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : "";

    /// <summary>The last part of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

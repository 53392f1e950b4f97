namespace Agents.Workspaces.Packing;

/// <summary>A file or folder of a packed workspace.</summary>
/// <param name="Path">Relative to the root, with '/' between the parts.</param>
/// <param name="IsFolder">False: a file.</param>
/// <param name="Length">Bytes; of a folder 0.</param>
/// <param name="IsExecutable">Whether its owner may run it.</param>
public sealed record PackedEntry(string Path, bool IsFolder, long Length, bool IsExecutable);

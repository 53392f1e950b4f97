using Agents.Workspaces.Packing;

namespace Agents.Hosting.Workspaces;

/// <summary>Unpacks what a stranger packed: nothing lands outside, nothing is a link, and there is a limit to everything.</summary>
internal sealed class TarUnpacker(WorkspaceOptions options)
{
    /// <returns>Bytes of the files, and links that were left out.</returns>
    /// <exception cref="InvalidDataException">It breaks a rule, see <see cref="PackedReader"/>.</exception>
    public async Task<(long Bytes, int Links)> UnpackAsync(string packed, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(packed);
        await using var reader = new PackedReader(file, new PackedLimits(options.MaxBytes, options.MaxEntries, options.MaxRatio));
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            var path = Inside(folder, entry.Path);
            if (entry.IsFolder)
                Directory.CreateDirectory(path);
            else
                await WriteAsync(reader, entry, path, cancellationToken);
        }

        return (reader.Bytes, reader.Links);
    }

    private static async Task WriteAsync(PackedReader reader, PackedEntry entry, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await reader.CopyAsync(target, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target.SafeFileHandle, Mode(entry.IsExecutable));
    }

    // Readable by all agents of the machine, changed by none.
    private static UnixFileMode Mode(bool isExecutable)
    {
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return isExecutable ? read | execute : read;
    }

    // The reader refuses what leads out already; what the platform makes of a path is looked at all the same.
    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return RealPath.IsBelow(path, folder) ? path : throw new InvalidDataException($"entry \"{name}\" leads out of the workspace.");
    }
}

using System.Formats.Tar;
using System.IO.Compression;

namespace Agents.Hosting.Workspaces;

/// <summary>Unpacks what a stranger packed: nothing lands outside, nothing is a link, and there is a limit to everything.</summary>
internal sealed class TarUnpacker(WorkspaceOptions options)
{
    /// <returns>Entries that were left out.</returns>
    /// <exception cref="InvalidDataException">A name leads outside, or a limit is passed.</exception>
    public async Task<int> UnpackAsync(string packed, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(packed);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var reader = new TarReader(unzipped);
        var skipped = 0;
        var entries = 0;
        long bytes = 0;
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (++entries > options.MaxEntries)
                throw new InvalidDataException($"it has more than {options.MaxEntries} entries (Workspaces:MaxEntries).");

            // Each entry's stated length counts before anything is written; the reader never yields more.
            bytes += entry.Length;
            if (bytes > options.MaxBytes)
                throw new InvalidDataException($"it unpacks to more than {options.MaxBytes} bytes (Workspaces:MaxBytes).");

            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(Inside(folder, entry.Name));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    await WriteAsync(entry, Inside(folder, entry.Name), cancellationToken);
                    break;
                case TarEntryType.ExtendedAttributes or TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    skipped++;
                    break;
            }
        }

        return skipped;
    }

    private static async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        if (entry.DataStream is { } data)
            await data.CopyToAsync(target, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target.SafeFileHandle, Mode(entry.Mode));
    }

    // Readable by all agents of the machine, changed by none.
    private static UnixFileMode Mode(UnixFileMode given)
    {
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return given.HasFlag(UnixFileMode.UserExecute) ? read | execute : read;
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name.TrimStart('/')));
        return !Path.IsPathRooted(name) && RealPath.IsBelow(path, folder) ? path : throw new InvalidDataException($"entry \"{name}\" leads out of the workspace.");
    }
}

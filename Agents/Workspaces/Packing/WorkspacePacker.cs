using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Agents.Workspaces.Packing;

/// <summary>What of a folder is packed.</summary>
/// <param name="MaxBytes">Of all files together; more is an error. Default: 4 GiB, what servers take.</param>
/// <param name="MaxFiles">More files are an error. Default: 200,000, as many as agents look at.</param>
/// <param name="MaxFileBytes">A larger file is left out. Default: 256 MiB, as in copies that tools change.</param>
public sealed record PackOptions(long MaxBytes = 4L << 30, int MaxFiles = 200_000, long MaxFileBytes = 256L << 20);

/// <summary>A packed workspace.</summary>
/// <param name="Id"><c>sha256:</c> and the hash of the archive in 64 hexadecimal digits.</param>
/// <param name="PackedBytes">Size of the archive.</param>
/// <param name="Files">How many are in it.</param>
/// <param name="Bytes">Of all files together.</param>
/// <param name="LeftOut">Why files and folders are not in it, and how many.</param>
public sealed record PackedWorkspace(string Id, long PackedBytes, int Files, long Bytes, IReadOnlyList<Skipped> LeftOut);

/// <summary>
/// Packs a folder as tar and gzip: the files that agents would look at and those they only keep (images, archives), in the order of
/// their paths, without owners, times and links. So the same files give the same archive, wherever and whenever they are packed.
/// </summary>
public static class WorkspacePacker
{
    /// <summary>The media type of the archive.</summary>
    public const string MediaType = "application/gzip";

    /// <summary>Why a file that usually holds secrets, told by its path, is left out; see <see cref="SecretFiles"/>.</summary>
    public const string Secret = "secret";

    /// <summary>Why a file is left out whose name no archive may have.</summary>
    public const string BadName = "bad_name";

    private const int File = 0b110_100_100;
    private const int Program = 0b111_101_101;

    /// <summary>Packs.</summary>
    /// <param name="folder">A folder of this host.</param>
    /// <param name="destination">Where the archive goes; stays open.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Ends it between two pieces; what was written is no archive.</param>
    /// <returns>What was packed and what was not.</returns>
    /// <exception cref="WorkspaceException">The folder cannot be read, has more than may be packed, or a file changed while it was read.</exception>
    public static async Task<PackedWorkspace> PackAsync(string folder, Stream destination, PackOptions? options, CancellationToken cancellationToken)
    {
        options ??= new PackOptions();
        var skips = new SkipReport();
        var (files, bytes) = (0, 0L);
        var packed = new CountingStream(destination);
        using var sha = SHA256.Create();
        await using (var hashing = new CryptoStream(packed, sha, CryptoStreamMode.Write, leaveOpen: true))
        await using (var zip = new GZipStream(hashing, CompressionLevel.Fastest))
        {
            var walk = new WalkOptions { WithBinary = true, MaxFileBytes = options.MaxFileBytes, MaxFiles = int.MaxValue };
            foreach (var file in Workspace.Open(folder).Files(walk, skips, cancellationToken))
            {
                if (SecretFiles.Holds(file.Path))
                    skips.Add(Secret, file.Path);
                else if (!EntryPaths.IsFit(file.Path))
                    skips.Add(BadName, file.Path);
                else if (++files > options.MaxFiles)
                    throw TooMuch(folder, $"more than {Number(options.MaxFiles)} files");
                else if ((bytes += file.Bytes) > options.MaxBytes)
                    throw TooMuch(folder, $"more than {Number(options.MaxBytes)} bytes");
                else
                    await WriteAsync(zip, file, cancellationToken);
            }

            // Two empty blocks are the end.
            await zip.WriteAsync(new byte[2 * TarHeader.BlockBytes], cancellationToken);
        }

        return new PackedWorkspace($"sha256:{Convert.ToHexStringLower(sha.Hash!)}", packed.Count, files, bytes, skips.Entries);
    }

    private static async Task WriteAsync(Stream zip, WorkspaceFile file, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(file.Path);
        if (name.Length > 100)
            await zip.WriteAsync(TarHeader.LongName(name), cancellationToken);
        await zip.WriteAsync(TarHeader.Write(name, '0', file.Bytes, IsProgram(file.FullPath) ? Program : File), cancellationToken);
        // Pipes and devices have no length either, and opening one might never return.
        if (file.Bytes == 0)
            return;
        var left = file.Bytes;
        var buffer = new byte[64 * 1024];
        try
        {
            await using var content = new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
            while (left > 0)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                    throw new WorkspaceException(WorkspaceException.Unreadable, $"'{file.Path}' became shorter while it was packed; try again.");
                left -= read;
                await zip.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException(WorkspaceException.Unreadable, $"'{file.Path}' cannot be read: {exception.Message}", exception);
        }

        await zip.WriteAsync(new byte[(TarHeader.BlockBytes - (file.Bytes % TarHeader.BlockBytes)) % TarHeader.BlockBytes], cancellationToken);
    }

    private static bool IsProgram(string path) => !OperatingSystem.IsWindows() && System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static WorkspaceException TooMuch(string folder, string what) =>
        new(WorkspaceException.InvalidInput, $"'{folder}' cannot be packed: it has {what}. Choose a folder below it, or leave files out with a .gitignore.");
}

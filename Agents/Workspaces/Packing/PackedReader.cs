using System.IO.Compression;
using System.Text;

namespace Agents.Workspaces.Packing;

/// <summary>
/// Reads a packed workspace (tar, gzip), which is not to be trusted, from its beginning to its end. Memory does not grow with it but
/// for a hash of each path; nothing it says is believed before it is checked.
/// </summary>
/// <remarks>
/// Refused: absolute paths, <c>..</c>, names that are no UTF-8 or too long, a path that is there twice, links that lead out, hard
/// links, devices and pipes, sparse files, what is cut off, and what passes a limit. Links that stay inside are passed over.
/// </remarks>
public sealed class PackedReader : IAsyncDisposable
{
    private const int MaxMetaBytes = 64 * 1024;
    private const int MaxMetaInARow = 4;
    private readonly CountingStream _packed;
    private readonly BufferedStream _tar;
    private readonly PackedLimits _limits;
    private readonly EntryPaths _paths;
    private readonly byte[] _block = new byte[TarHeader.BlockBytes];
    private long _unpacked;
    private long _left;
    private long _padding;

    /// <summary>Begins to read.</summary>
    /// <param name="packed">From its beginning; stays open.</param>
    /// <param name="limits">What it may be.</param>
    public PackedReader(Stream packed, PackedLimits limits)
    {
        _packed = new CountingStream(packed);
        _tar = new BufferedStream(new GZipStream(_packed, CompressionMode.Decompress), 64 * 1024);
        (_limits, _paths) = (limits, new EntryPaths(limits));
    }

    /// <summary>Bytes of all files so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Links that were passed over so far.</summary>
    public int Links { get; private set; }

    /// <summary>The next file or folder; what is left of the one before is passed over.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null: there is no more.</returns>
    /// <exception cref="InvalidDataException">It breaks a rule; the message is the end of a sentence that begins with the archive.</exception>
    public async ValueTask<PackedEntry?> NextAsync(CancellationToken cancellationToken)
    {
        await CopyAsync(Stream.Null, cancellationToken);
        byte[]? longName = null, longLink = null;
        long? size = null;
        for (var meta = 0; ;)
        {
            await SkipAsync(_padding, cancellationToken);
            _padding = 0;
            if (!await FillAsync(cancellationToken))
                return null;
            var header = TarHeader.Read(_block);
            if (header.Type is 'x' or 'g' or 'L' or 'K')
            {
                if (++meta > MaxMetaInARow)
                    throw new InvalidDataException($"it has more than {MaxMetaInARow} extended headers before one entry.");
                var content = await MetaAsync(header.Size, cancellationToken);
                if (header.Type == 'L')
                    longName = Trimmed(content);
                else if (header.Type == 'K')
                    longLink = Trimmed(content);
                else
                    ReadPax(content, isGlobal: header.Type == 'g', ref longName, ref longLink, ref size);
                continue;
            }

            if (Entry(header with { Name = longName ?? header.Name, Link = longLink ?? header.Link, Size = size ?? header.Size }) is { } entry)
                return entry;
            (longName, longLink, size, meta) = (null, null, null, 0);
        }
    }

    /// <summary>Copies the file that <see cref="NextAsync"/> gave.</summary>
    /// <param name="destination">Where its bytes go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">It is cut off, or unpacks to too much.</exception>
    public async ValueTask CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (_left == 0)
            return;
        var buffer = new byte[64 * 1024];
        while (_left > 0)
        {
            var read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, _left)), cancellationToken);
            if (read == 0)
                throw CutOff();
            _left -= read;
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private PackedEntry? Entry(TarHeader header)
    {
        var type = header.Type is '\0' or '7' ? '0' : header.Type;
        var isFolder = type == '5' || (type == '0' && header.Name is [.., (byte)'/']);
        var path = _paths.Add(header.Name, isFolder);
        switch (type)
        {
            case '0' or '5':
                break;
            case '2':
                EntryPaths.CheckLink(path, header.Link);
                Links++;
                return null;
            case '1':
                throw new InvalidDataException($"entry \"{path}\" is a hard link; pack with --hard-dereference.");
            case '3' or '4' or '6':
                throw new InvalidDataException($"entry \"{path}\" is a device or a pipe; only files and folders are allowed.");
            default:
                throw new InvalidDataException($"entry \"{path}\" is of a kind ('{(char.IsControl(type) ? '?' : type)}') that is not allowed.");
        }

        if (path.Length == 0 && !isFolder)
            throw new InvalidDataException("it has a file without a name.");
        var length = isFolder ? 0 : header.Size;
        // Counts before anything is unpacked; no more than this is ever read of the entry.
        if (length > _limits.MaxBytes - Bytes)
            throw new InvalidDataException($"it unpacks to more than {_limits.MaxBytes} bytes (Workspaces:MaxBytes).");
        Bytes += length;
        (_left, _padding) = (length, Padding(length));
        return path.Length == 0 ? null : new PackedEntry(path, isFolder, length, (header.Mode & 0x40) != 0);
    }

    // False: this is the end.
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var read = await ReadAtLeastAsync(_block, cancellationToken);
        if (read == 0 && _unpacked == 0)
            throw new InvalidDataException("it is no gzip archive, or an empty one.");
        if (read < _block.Length)
            throw CutOff();
        return _block.AsSpan().ContainsAnyExcept((byte)0);
    }

    private async ValueTask<byte[]> MetaAsync(long size, CancellationToken cancellationToken)
    {
        if (size > MaxMetaBytes)
            throw new InvalidDataException($"it has an extended header of {size} bytes; at most {MaxMetaBytes} are allowed.");
        var content = new byte[size];
        if (await ReadAtLeastAsync(content, cancellationToken) < size)
            throw CutOff();
        _padding = Padding(size);
        return content;
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        if (count > 0 && await ReadAtLeastAsync(_block.AsMemory(0, (int)count), cancellationToken) < count)
            throw CutOff();
    }

    private async ValueTask<int> ReadAtLeastAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var total = 0;
        while (total < buffer.Length && await ReadAsync(buffer[total..], cancellationToken) is > 0 and var read)
            total += read;
        return total;
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await _tar.ReadAsync(buffer, cancellationToken);
        _unpacked += read;
        if (_unpacked > PackedLimits.RatioFrom && _unpacked / Math.Max(1, _packed.Count) > _limits.MaxRatio)
            throw new InvalidDataException($"one byte of it unpacks to more than {_limits.MaxRatio} (Workspaces:MaxRatio).");
        return read;
    }

    // "LENGTH KEY=VALUE\n", one after the other.
    private static void ReadPax(ReadOnlySpan<byte> content, bool isGlobal, ref byte[]? name, ref byte[]? link, ref long? size)
    {
        while (!content.IsEmpty)
        {
            var space = content.IndexOf((byte)' ');
            if (space is < 1 or > 8 || !int.TryParse(content[..space], out var length) || length <= space + 2 || length > content.Length || content[length - 1] != (byte)'\n')
                throw new InvalidDataException("it has an extended header that cannot be read.");
            var record = content[(space + 1)..(length - 1)];
            content = content[length..];
            var equals = record.IndexOf((byte)'=');
            var key = equals > 0 ? Encoding.UTF8.GetString(record[..equals]) : "";
            var value = record[(equals + 1)..];
            if (key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
                throw new InvalidDataException("it has a sparse file; pack without --sparse.");
            if (isGlobal && key is "path" or "linkpath" or "size")
                throw new InvalidDataException($"it has a global header for {key}; that is not allowed.");
            if (key == "path")
                name = value.ToArray();
            else if (key == "linkpath")
                link = value.ToArray();
            else if (key == "size")
                size = long.TryParse(value, System.Globalization.NumberStyles.None, null, out var bytes) ? bytes : throw new InvalidDataException("it has an extended header whose size is no number.");
        }
    }

    private static byte[] Trimmed(byte[] text) => Array.IndexOf(text, (byte)0) is >= 0 and var end ? text[..end] : text;

    private static long Padding(long length) => (TarHeader.BlockBytes - (length % TarHeader.BlockBytes)) % TarHeader.BlockBytes;

    private static InvalidDataException CutOff() => new("it ends in the middle.");
}

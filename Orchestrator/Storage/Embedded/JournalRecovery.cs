using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Storage.Embedded;

/// <summary>Opens a folder's segments and replays them. What it does with damage stands in <see cref="JournalFormat"/>.</summary>
internal sealed class JournalRecovery(string folder, int partitions, Action<SafeFileHandle> flush, ILogger logger)
{
    private const int ReadSize = 1024 * 1024;
    private byte[] _buffer = new byte[ReadSize];

    public StoreState State { get; } = new(partitions);

    public int LastSegmentId { get; private set; }

    /// <returns>The segment to go on with.</returns>
    public Segment Recover()
    {
        foreach (var unfinished in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            File.Delete(unfinished);
        }

        var segments = OpenAll();
        try
        {
            for (var i = 0; i < segments.Count; i++)
            {
                var last = i == segments.Count - 1;
                State.Segments.Add(segments[i].Id, segments[i]);
                if (Replay(segments[i], last) && last)
                {
                    return Next(segments[i].Number + 1);
                }
            }
        }
        catch
        {
            segments.ForEach(s => s.Dispose());
            throw;
        }

        return segments.Count > 0 ? segments[^1] : Next(1);
    }

    private Segment Next(long number)
    {
        var segment = Segment.Create(++LastSegmentId, number, folder, partitions, compacted: false, flush);
        segment.Publish();
        State.Segments.Add(segment.Id, segment);
        return segment;
    }

    private List<Segment> OpenAll()
    {
        var segments = Directory.EnumerateFiles(folder, "journal-*.log").Order(StringComparer.Ordinal).Select(Open).ToList();
        var start = segments.FindLastIndex(s => s.Compacted);
        for (var i = 0; i < start; i++)
        {
            // A compaction was interrupted after its result had taken their place.
            segments[i].Dispose();
            File.Delete(segments[i].Path);
        }

        segments.RemoveRange(0, Math.Max(start, 0));
        for (var i = 0; i < segments.Count; i++)
        {
            var expected = i > 0 ? segments[i - 1].Number + 1 : segments[0].Compacted ? segments[0].Number : 1;
            if (segments[i].Number != expected)
            {
                throw new StoreDamagedException($"'{Path.Combine(folder, JournalFormat.FileName(expected))}' is missing. Restore the folder from a backup.");
            }
        }

        return segments;
    }

    private Segment Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> header = stackalloc byte[JournalFormat.HeaderLength];
            if (RandomAccess.Read(handle, header, 0) < header.Length
                || !header.StartsWith(JournalFormat.HeaderMagic)
                || BinaryPrimitives.ReadUInt32LittleEndian(header[36..]) != JournalFormat.Crc32C(0, header[..36]))
            {
                throw new StoreDamagedException($"'{path}' is damaged at offset 0: it has no valid header. Restore the folder from a backup.");
            }

            var format = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            if (format != JournalFormat.FormatVersion)
            {
                throw new StoreConfigurationException($"'{path}' has format {format}; this version reads format {JournalFormat.FormatVersion}.");
            }

            var stored = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (stored != partitions)
            {
                throw new StoreConfigurationException(
                    $"Store:Partitions is {partitions}, but the data in '{folder}' was written with {stored}: the number is fixed for the life of the data. Set it back to {stored}.");
            }

            var number = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
            if (Path.GetFileName(path) != JournalFormat.FileName(number))
            {
                throw new StoreDamagedException($"'{path}' is segment {number} by its header, and should have the name '{JournalFormat.FileName(number)}'. Restore the folder from a backup.");
            }

            return new Segment(
                ++LastSegmentId,
                number,
                path,
                handle,
                BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
                flush)
            {
                Compacted = (BinaryPrimitives.ReadUInt32LittleEndian(header[28..]) & JournalFormat.FlagCompacted) != 0,
            };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <returns>True when the segment is complete.</returns>
    private bool Replay(Segment segment, bool last)
    {
        var fileLength = RandomAccess.GetLength(segment.Handle);
        var ended = false;
        while (segment.Length < fileLength && !ended)
        {
            var frame = ReadFrame(segment, segment.Length, segment.NextSequence);
            if (frame == 0)
            {
                break;
            }

            try
            {
                ended = JournalApply.Frame(
                    State,
                    _buffer.AsSpan(JournalFormat.FrameHeaderLength, frame - JournalFormat.FrameHeaderLength),
                    segment.Id,
                    segment.Length + JournalFormat.FrameHeaderLength);
            }
            catch (Exception e) when (e is InvalidDataException or KeyNotFoundException or OverflowException or IndexOutOfRangeException)
            {
                throw new StoreDamagedException($"'{segment.Path}' is damaged at offset {segment.Length}: {e.Message} Restore the folder from a backup.", e);
            }

            segment.Accept(frame);
        }

        if (segment.Length == fileLength && (ended || last))
        {
            return ended;
        }

        // Only the last write can be torn: nothing was written after it, and it was never acknowledged.
        if (!last || ended || FindFrame(segment, fileLength) is not null)
        {
            throw new StoreDamagedException(
                $"'{segment.Path}' is damaged at offset {segment.Length}, before good records. Nothing was changed. Restore the folder from a backup.");
        }

        StoreLog.TornTail(logger, segment.Path, segment.Length, fileLength - segment.Length);
        segment.CutTail();
        segment.Flush();
        return false;
    }

    /// <summary>Reads the frame at an offset into the buffer.</summary>
    /// <returns>Its length, or 0 when there is none that checks out. Sequence 0 accepts any.</returns>
    private int ReadFrame(Segment segment, long offset, ulong sequence)
    {
        var read = ReadAt(segment, offset, 0, JournalFormat.FrameHeaderLength);
        if (read < JournalFormat.FrameHeaderLength || !_buffer.AsSpan().StartsWith(JournalFormat.FrameMagic))
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4));
        var found = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(8));
        if (length > JournalFormat.MaxFrameLength || (sequence != 0 ? found != sequence : found >> 32 != (ulong)segment.Number))
        {
            return 0;
        }

        var total = JournalFormat.FrameHeaderLength + (int)length;
        if (ReadAt(segment, offset, JournalFormat.FrameHeaderLength, total) < total)
        {
            return 0;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(20));
        return crc == JournalFormat.FrameChecksum(_buffer.AsSpan(0, total), segment.Salt) ? total : 0;
    }

    /// <summary>Whether anything after the place that does not check out does.</summary>
    private long? FindFrame(Segment segment, long fileLength)
    {
        var window = new byte[ReadSize];
        for (var at = segment.Length + 1; at < fileLength;)
        {
            var read = RandomAccess.Read(segment.Handle, window, at);
            var hit = window.AsSpan(0, read).IndexOf(JournalFormat.FrameMagic);
            if (hit >= 0 && ReadFrame(segment, at + hit, 0) != 0)
            {
                return at + hit;
            }

            // Go on behind the hit, or where a magic number may begin that the window cuts in two.
            at += hit >= 0 ? hit + 1 : Math.Max(read - JournalFormat.FrameMagic.Length + 1, 1);
        }

        return null;
    }

    /// <summary>Fills the buffer with bytes of the file from <paramref name="from"/> to <paramref name="to"/>, counted from <paramref name="offset"/>.</summary>
    /// <returns>Up to where it is filled.</returns>
    private int ReadAt(Segment segment, long offset, int from, int to)
    {
        if (_buffer.Length < to)
        {
            Array.Resize(ref _buffer, Math.Max(to, _buffer.Length * 2));
        }

        while (from < to)
        {
            var read = RandomAccess.Read(segment.Handle, _buffer.AsSpan(from, to - from), offset + from);
            if (read == 0)
            {
                break;
            }

            from += read;
        }

        return from;
    }
}

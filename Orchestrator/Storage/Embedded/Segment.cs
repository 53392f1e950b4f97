using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Storage.Embedded;

/// <summary>One file of the journal. Written by one thread, read by any.</summary>
internal sealed class Segment : IDisposable
{
    private const int ReadAhead = 4096;
    private readonly Action<SafeFileHandle> _flush;
    private ulong _frames;
    private int _users = 1;

    public Segment(int id, long number, string path, SafeFileHandle handle, uint salt, Action<SafeFileHandle> flush)
    {
        (Id, Number, Path, Handle, Salt, _flush) = (id, number, path, handle, salt, flush);
        Length = JournalFormat.HeaderLength;
    }

    /// <summary>Identifies the file in positions, in this process: a compacted file keeps the number but not the id.</summary>
    public int Id { get; }

    public long Number { get; }

    public string Path { get; }

    public SafeFileHandle Handle { get; }

    public uint Salt { get; }

    public bool Compacted { get; init; }

    /// <summary>Where the next frame goes.</summary>
    public long Length { get; private set; }

    public ulong NextSequence => ((ulong)Number << 32) + _frames + 1;

    /// <summary>Creates the file under a temporary name; <see cref="Publish"/> gives it its own.</summary>
    public static Segment Create(int id, long number, string folder, int partitions, bool compacted, Action<SafeFileHandle> flush)
    {
        var path = System.IO.Path.Combine(folder, JournalFormat.FileName(number));
        var salt = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        var handle = File.OpenHandle(path + ".tmp", FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> header = stackalloc byte[JournalFormat.HeaderLength];
            JournalFormat.WriteHeader(header, number, partitions, salt, compacted ? JournalFormat.FlagCompacted : 0);
            RandomAccess.Write(handle, header, 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new Segment(id, number, path, handle, salt, flush) { Compacted = compacted };
    }

    /// <summary>Makes content and name durable, in this order.</summary>
    public void Publish()
    {
        Flush();
        File.Move(Path + ".tmp", Path, overwrite: true);
        FileSystemSync.Folder(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Writes a frame at the end, not yet flushed.</summary>
    /// <returns>The file offset of the frame's payload.</returns>
    public long Write(RecordWriter records)
    {
        var frame = records.Frame;
        JournalFormat.SealFrame(frame, NextSequence, Salt);
        RandomAccess.Write(Handle, frame, Length);
        var payload = Length + JournalFormat.FrameHeaderLength;
        Accept(frame.Length);
        return payload;
    }

    public void Flush() => _flush(Handle);

    /// <summary>Counts a whole frame that is in the file.</summary>
    public void Accept(int frameLength)
    {
        Length += frameLength;
        _frames++;
    }

    /// <summary>Removes what a failed write left behind the last whole frame.</summary>
    public void CutTail() => RandomAccess.SetLength(Handle, Length);

    /// <summary>Keeps the file open for a reader; under the state's gate, so that it is not retired at the same time.</summary>
    public void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>Lets go of the file; the last one closes it. The store itself is the first user.</summary>
    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Dispose();
        }
    }

    public byte[] ReadBlob(long offset)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadAhead);
        try
        {
            var read = RandomAccess.Read(Handle, buffer.AsSpan(0, ReadAhead), offset);
            var length = read >= JournalFormat.BlobHeaderLength ? BinaryPrimitives.ReadUInt32LittleEndian(buffer) : uint.MaxValue;
            if (length > StoreLimits.MaxValueBytes)
            {
                throw Damaged(offset);
            }

            var crc = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(4));
            var value = GC.AllocateUninitializedArray<byte>((int)length);
            var have = Math.Min(value.Length, read - JournalFormat.BlobHeaderLength);
            buffer.AsSpan(JournalFormat.BlobHeaderLength, have).CopyTo(value);
            while (have < value.Length)
            {
                var more = RandomAccess.Read(Handle, value.AsSpan(have), offset + JournalFormat.BlobHeaderLength + have);
                have += more > 0 ? more : throw Damaged(offset);
            }

            return JournalFormat.Crc32C(0, value) == crc ? value : throw Damaged(offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => Handle.Dispose();

    private StoreDamagedException Damaged(long offset) =>
        new($"'{Path}' is damaged at offset {offset}: the value there does not match its checksum. Restore the folder from a backup.");
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orchestrator.Storage.Embedded;

/// <summary>The files of the embedded store, byte by byte. All integers are little-endian.</summary>
/// <remarks>
/// <code>
/// folder    lock                  locked while a process has the store open (advisory lock of the operating system)
///           owner                 the process id of that process, for people
///           journal-NNNNNNNN.log  segments; only the last one grows
///           *.tmp                 unfinished; removed at the next start
///
/// segment   header, frame, frame, …
/// header    "AGENTSJ1" | u32 format=1 | u32 partitions | u64 number | u32 salt | u32 flags | u32 0 | u32 crc    40 bytes
///             flags 1: compacted; takes the place of all segments with lower numbers
///             crc:     CRC32C of the 36 bytes before it
/// frame     u32 magic "AGFR" | u32 length | u64 sequence | u32 0 | u32 crc | payload of that length
///             one frame is one write and one fsync, so at most the last one can be torn
///             sequence: number of the segment × 2^32 + 1, 2, 3, …
///             crc:      CRC32C, begun with the salt, of the 20 bytes before it and the payload
/// payload   record, record, …
/// record    u32 length | u8 type | fields (length counts type and fields)
/// fields    n: unsigned LEB128      s: n length, UTF-8      b: u32 length | u32 CRC32C | bytes ("blob")
///
///   1 lease      n partition, n epoch, s owner
///   2 append     s run, 16 bytes batch, n first version, n events (b…),
///                n dequeue (s id…), n enqueue (s id, s role, n priority, n time in ms…),
///                n flags [1: s tenant, s status, s playbook, n created and n updated in ticks of 100 ns, n open, b summary]
///                        [2: n wake time in ms] [4: wake time cleared],
///                n context (s scope, s key, n version, b value…)
///              written by earlier releases; this one reads it and writes 6
///   3 snapshot   s run, n version, b data
///   4 delete     s run
///   5 end        the segment is complete: another one follows
///   6 append     as 2, with s tenant, n length and as many bytes of data after each enqueue's time,
///                and flag [8: n when the run ended, in ms] after flag 4; without it a run ends when its index entry says so
/// </code>
/// <para>
/// Start: segments are replayed in order. In the last one, a frame that does not check out and is followed by none that
/// does is a torn tail: it was never acknowledged, and is cut. Anything else that does not check out is damage: the store
/// refuses to start. Memory holds the positions of blobs, not their bytes.
/// </para>
/// </remarks>
internal static class JournalFormat
{
    public const int HeaderLength = 40;
    public const int FrameHeaderLength = 24;
    public const int BlobHeaderLength = 8;
    public const uint FormatVersion = 1;
    public const uint FlagCompacted = 1;
    public const int MaxFrameLength = 128 * 1024 * 1024;

    public const byte Lease = 1, OldAppend = 2, Snapshot = 3, Delete = 4, End = 5, Append = 6;
    public const uint HasIndex = 1, HasWake = 2, ClearsWake = 4, HasEnded = 8;

    public static ReadOnlySpan<byte> FrameMagic => "AGFR"u8;

    public static ReadOnlySpan<byte> HeaderMagic => "AGENTSJ1"u8;

    public static string FileName(long number) => $"journal-{number:D8}.log";

    public static void WriteHeader(Span<byte> header, long number, int partitions, uint salt, uint flags)
    {
        HeaderMagic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)partitions);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], salt);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[36..], Crc32C(0, header[..36]));
    }

    /// <summary>Fills the header of a frame whose payload is there already.</summary>
    public static void SealFrame(Span<byte> frame, ulong sequence, uint salt)
    {
        FrameMagic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)(frame.Length - FrameHeaderLength));
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[20..], FrameChecksum(frame, salt));
    }

    public static uint FrameChecksum(ReadOnlySpan<byte> frame, uint salt) =>
        Crc32C(Crc32C(salt, frame[..20]), frame[FrameHeaderLength..]);

    /// <summary>CRC-32C (Castagnoli), continued from <paramref name="crc"/>; by the processor's instruction where it has one.</summary>
    public static uint Crc32C(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var b in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}

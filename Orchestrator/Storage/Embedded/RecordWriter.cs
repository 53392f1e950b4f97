using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Storage.Embedded;

/// <summary>Collects the records of one frame in a buffer that is used again.</summary>
internal sealed class RecordWriter
{
    private const int KeepCapacity = 4 * 1024 * 1024;
    private byte[] _buffer = new byte[64 * 1024];
    private int _recordStart;

    /// <summary>Length of the frame so far, its header included.</summary>
    public int Length { get; private set; } = JournalFormat.FrameHeaderLength;

    public bool IsEmpty => Length == JournalFormat.FrameHeaderLength;

    public Span<byte> Frame => _buffer.AsSpan(0, Length);

    public ReadOnlySpan<byte> Payload => Frame[JournalFormat.FrameHeaderLength..];

    public void Reset()
    {
        Length = JournalFormat.FrameHeaderLength;
        if (_buffer.Length > KeepCapacity)
        {
            _buffer = new byte[64 * 1024];
        }
    }

    public void Begin(byte type)
    {
        _recordStart = Length;
        Reserve(5)[4] = type;
    }

    public void End() =>
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_recordStart), (uint)(Length - _recordStart - 4));

    public void Number(ulong value)
    {
        var span = Room(10);
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[i++] = (byte)(value | 0x80);
        }

        span[i++] = (byte)value;
        Length += i;
    }

    public void Number(long value) => Number(checked((ulong)value));

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Number((ulong)count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <returns>The blob's offset in the frame.</returns>
    public int Blob(ReadOnlySpan<byte> value)
    {
        var at = Length;
        var span = Reserve(JournalFormat.BlobHeaderLength + value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], JournalFormat.Crc32C(0, value));
        value.CopyTo(span[JournalFormat.BlobHeaderLength..]);
        return at;
    }

    private Span<byte> Reserve(int count)
    {
        var span = Room(count);
        Length += count;
        return span[..count];
    }

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(Length + count, _buffer.Length * 2));
        }

        return _buffer.AsSpan(Length);
    }
}

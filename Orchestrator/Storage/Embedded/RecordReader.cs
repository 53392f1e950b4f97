using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Storage.Embedded;

/// <summary>Reads the fields of records. The bytes have passed their checksum, so what does not fit is a wrong format.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position >= _payload.Length;

    /// <summary>Begins the next record.</summary>
    /// <returns>Its type, and the position at which it must end.</returns>
    public (byte Type, int End) Begin()
    {
        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        var end = Position + length;
        return length >= 1 && end <= _payload.Length ? (Take(1)[0], end) : throw Malformed();
    }

    public readonly void Finish(int end)
    {
        if (Position != end)
        {
            throw Malformed();
        }
    }

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    public long Signed() => checked((long)Number());

    public int Count()
    {
        var value = Number();
        return value <= int.MaxValue ? (int)value : throw Malformed();
    }

    public ReadOnlySpan<byte> TextBytes() => Take(Count());

    public string Text() => Encoding.UTF8.GetString(TextBytes());

    public ReadOnlySpan<byte> Bytes(int count) => Take(count);

    /// <summary>Passes over a blob.</summary>
    /// <returns>Its position in the payload, and the length of its value.</returns>
    public (int Position, int Length) Blob()
    {
        var at = Position;
        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        Take(4);
        Take(length);
        return (at, length);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _payload.Length - Position)
        {
            throw Malformed();
        }

        var span = _payload.Slice(Position, count);
        Position += count;
        return span;
    }

    private static InvalidDataException Malformed() => new("A record does not have the format of this version.");
}

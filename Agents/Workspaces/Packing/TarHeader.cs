using System.Buffers.Binary;
using System.Text;

namespace Agents.Workspaces.Packing;

/// <summary>The 512 bytes before each entry of a tar archive: POSIX (ustar) and GNU, as far as workspaces need them.</summary>
/// <param name="Name">Raw bytes of the name, prefix included.</param>
/// <param name="Type">What it is; '\0' is a file of old.</param>
/// <param name="Size">Bytes that follow.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="Link">Raw bytes of what a link points to.</param>
internal readonly record struct TarHeader(byte[] Name, char Type, long Size, int Mode, byte[] Link)
{
    public const int BlockBytes = 512;
    private const int ChecksumAt = 148;
    private const int PrefixAt = 345;

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TarHeader Read(ReadOnlySpan<byte> block)
    {
        if (Octal(block.Slice(ChecksumAt, 8), "checksum") != Checksum(block))
            throw new InvalidDataException("it is no tar archive, or a damaged one: a header's checksum is wrong.");
        byte[] name = Text(block[..100]).ToArray();
        // GNU writes "ustar  " and uses the place of the prefix for other things.
        if (block.Slice(257, 6).SequenceEqual("ustar\0"u8) && Text(block.Slice(PrefixAt, 155)) is { IsEmpty: false } prefix)
            name = [.. prefix, (byte)'/', .. name];
        return new TarHeader(name, (char)block[156], Octal(block.Slice(124, 12), "size"), (int)(Octal(block.Slice(100, 8), "mode") & 0xFFF), Text(block.Slice(157, 100)).ToArray());
    }

    /// <summary>Writes one; a name of more than 100 bytes has to be said before, see <see cref="LongName"/>.</summary>
    public static byte[] Write(ReadOnlySpan<byte> name, char type, long size, int mode)
    {
        var block = new byte[BlockBytes];
        name[..Math.Min(100, name.Length)].CopyTo(block);
        Octal(mode, block.AsSpan(100, 8));
        Octal(0, block.AsSpan(108, 8));
        Octal(0, block.AsSpan(116, 8));
        Octal(size, block.AsSpan(124, 12));
        Octal(0, block.AsSpan(136, 12));
        block[156] = (byte)type;
        "ustar  \0"u8.CopyTo(block.AsSpan(257));
        Octal(Checksum(block), block.AsSpan(ChecksumAt, 7));
        block[ChecksumAt + 7] = (byte)' ';
        return block;
    }

    /// <summary>What stands before an entry whose name has more than 100 bytes, as GNU does it.</summary>
    public static byte[] LongName(ReadOnlySpan<byte> name) => [.. Write("././@LongLink"u8, 'L', name.Length + 1, 0), .. name, .. new byte[BlockBytes - (name.Length % BlockBytes)]];

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field;

    // All bytes, those of the checksum itself as spaces.
    private static long Checksum(ReadOnlySpan<byte> block)
    {
        long sum = 8 * ' ';
        for (var i = 0; i < BlockBytes; i++)
            sum += i is >= ChecksumAt and < ChecksumAt + 8 ? 0 : block[i];
        return sum;
    }

    private static long Octal(ReadOnlySpan<byte> field, string what)
    {
        // GNU's form for what has no place in octal digits.
        if ((field[0] & 0x80) != 0)
            return field[0] == 0x80 && field.Length == 12 && !field[1..4].ContainsAnyExcept((byte)0) && BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and var large
                ? large
                : throw new InvalidDataException($"it is no tar archive, or a damaged one: a header's {what} is no number.");

        long value = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                throw new InvalidDataException($"it is no tar archive, or a damaged one: a header's {what} is no number.");
            value = (value << 3) + (digit - '0');
        }

        return value;
    }

    private static void Octal(long value, Span<byte> field) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0'), field);
}

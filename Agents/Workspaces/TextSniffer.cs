using System.Text;

namespace Agents.Workspaces;

/// <summary>Tells text from everything else by the first bytes, and how it is encoded.</summary>
public static class TextSniffer
{
    /// <summary>How many bytes from the start are enough to judge by.</summary>
    public const int SampleBytes = 8 * 1024;

    private static readonly byte[][] BinaryMarks = ["%PDF-"u8.ToArray(), "\u007fELF"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), "SQLite format 3"u8.ToArray(), "\0asm"u8.ToArray()];

    /// <summary>The encoding of a text that starts like this, or null when it is not text. UTF-8 when nothing speaks against it.</summary>
    /// <param name="sample">The first bytes, up to <see cref="SampleBytes"/>.</param>
    public static Encoding? Detect(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith(Encoding.UTF8.Preamble))
            return Encoding.UTF8;
        if (sample.StartsWith(Encoding.UTF32.Preamble))
            return Encoding.UTF32;
        if (sample.StartsWith(Encoding.Unicode.Preamble))
            return Encoding.Unicode;
        if (sample.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return Encoding.BigEndianUnicode;
        foreach (var mark in BinaryMarks)
        {
            if (sample.StartsWith(mark))
                return null;
        }

        return sample.Contains((byte)0) ? Utf16WithoutMark(sample) : FewControls(sample) ? Encoding.UTF8 : null;
    }

    // Western text in UTF-16 has a zero in nearly every other byte, and none in the bytes between.
    private static Encoding? Utf16WithoutMark(ReadOnlySpan<byte> sample)
    {
        int even = 0, odd = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] != 0)
                continue;
            if (i % 2 == 0)
                even++;
            else
                odd++;
        }

        var half = sample.Length / 2;
        if (half < 4)
            return null;
        if (even == 0 && odd > half * 7 / 10)
            return Encoding.Unicode;
        return odd == 0 && even > half * 7 / 10 ? Encoding.BigEndianUnicode : null;
    }

    private static bool FewControls(ReadOnlySpan<byte> sample)
    {
        var controls = 0;
        foreach (var b in sample)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0c or 0x1b or 0x08))
                controls++;
        }

        return controls * 50 <= sample.Length;
    }
}

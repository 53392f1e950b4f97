namespace Fuzz.Tests.Engine;

/// <summary>Damages bytes.</summary>
internal static class Bytes
{
    private static readonly byte[][] s_odd =
    [
        [0], [0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0x7f, 0xff, 0xff, 0xff], [0xc0, 0x80],
        [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0, 0, 0, 0, 0, 0, 0, 0], [0x0d, 0x0a], [0x22], [0x5c],
    ];

    /// <summary>Some changes to a copy.</summary>
    /// <param name="other">What pieces are taken from; may be the same.</param>
    public static byte[] Mutate(Random random, byte[] bytes, byte[] other)
    {
        var changed = new List<byte>(bytes);
        for (var times = 1 + random.Next(random.Next(1, 12)); times > 0; times--)
        {
            var at = random.Next(changed.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < changed.Count:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < changed.Count:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 2:
                    changed.InsertRange(at, s_odd[random.Next(s_odd.Length)]);
                    break;
                case 3 when at < changed.Count:
                    changed.RemoveRange(at, random.Next(1, changed.Count - at + 1));
                    break;
                case 4:
                    var from = random.Next(other.Length + 1);
                    changed.InsertRange(at, other.AsSpan(from, random.Next(Math.Min(1000, other.Length - from) + 1)).ToArray());
                    break;
                case 5 when changed.Count is > 0 and < 100_000:
                    var begin = random.Next(changed.Count);
                    var piece = changed.GetRange(begin, random.Next(1, changed.Count - begin + 1));
                    for (var copies = random.Next(1, 5); copies > 0; copies--)
                        changed.InsertRange(at, piece);
                    break;
                default:
                    changed.InsertRange(at, Enumerable.Range(0, random.Next(20)).Select(_ => (byte)random.Next(256)));
                    break;
            }
        }

        return [.. changed];
    }

    /// <summary>Only rubbish.</summary>
    public static byte[] Any(Random random, int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}

using System.Buffers.Binary;
using Fuzz.Tests.Engine;
using Orchestrator.Storage.Embedded;

namespace Fuzz.Tests.Journal;

/// <summary>Damages one of a store's files, as disks and people do, or so that all checksums are right.</summary>
internal static class JournalDamage
{
    /// <summary>Damage that checksums find: cut off, flipped, overwritten, put together from two.</summary>
    public static byte[] Bytes(Random random, byte[] file, byte[] other)
    {
        var at = random.Next(file.Length + 1);
        return random.Next(6) switch
        {
            0 => file[..at],
            1 => [.. file[..at], .. new byte[random.Next(5000)]],
            2 => [.. file[..at], .. other[Math.Min(at, other.Length)..]],
            3 => [.. file[..at], .. other[random.Next(other.Length)..]],
            4 => [.. file, .. Engine.Bytes.Any(random, 300)],
            _ => Engine.Bytes.Mutate(random, file, other),
        };
    }

    /// <summary>Damage within a frame, whose checksum is made anew: as somebody would write it who means harm.</summary>
    public static byte[] Sealed(Random random, byte[] file)
    {
        var frames = Frames(file);
        var (at, length) = frames[random.Next(frames.Count)];
        var payload = file.AsSpan(at + JournalFormat.FrameHeaderLength, length).ToArray();
        var changed = random.Next(3) == 0 ? Engine.Bytes.Mutate(random, payload, file) : Flipped(random, payload);
        var frame = new byte[JournalFormat.FrameHeaderLength + changed.Length];
        changed.CopyTo(frame, JournalFormat.FrameHeaderLength);
        JournalFormat.SealFrame(frame, BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at + 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(24)));
        return [.. file[..at], .. frame, .. file[(at + JournalFormat.FrameHeaderLength + length)..]];
    }

    private static byte[] Flipped(Random random, byte[] payload)
    {
        for (var times = 1 + random.Next(3); times > 0; times--)
            payload[random.Next(payload.Length)] = random.Next(3) switch { 0 => 0xff, 1 => 0, _ => (byte)random.Next(256) };
        return payload;
    }

    private static List<(int At, int Length)> Frames(byte[] file)
    {
        var frames = new List<(int, int)>();
        for (var at = JournalFormat.HeaderLength; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            frames.Add((at, length));
            at += JournalFormat.FrameHeaderLength + length;
        }

        return frames;
    }
}

using System.Buffers;

namespace Agents.Researcher.Inventory;

/// <summary>Counts the lines of a file without holding it.</summary>
internal static class LineCounter
{
    private const int BufferBytes = 64 * 1024;

    public static long Count(string fullPath, long bytes)
    {
        if (bytes == 0)
            return 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var handle = File.OpenHandle(fullPath, share: FileShare.ReadWrite | FileShare.Delete);
            long offset = 0, lines = 0;
            byte last = (byte)'\n';
            while (RandomAccess.Read(handle, buffer.AsSpan(0, BufferBytes), offset) is var read and > 0)
            {
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                last = buffer[read - 1];
                offset += read;
            }

            return last == '\n' ? lines : lines + 1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

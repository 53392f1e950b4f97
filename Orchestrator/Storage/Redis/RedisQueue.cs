using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>
/// How a queue entry is written: <c>priority time role run tenant</c>, and after a line feed the bytes of its data.
/// Earlier releases wrote neither tenant nor data, and so do we where there is none.
/// </summary>
internal static class RedisQueue
{
    public static RedisValue Format(QueueEntry entry)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Priority} {entry.EnqueuedAt.ToUnixTimeMilliseconds()} {entry.Role} {entry.RunId}{(entry.Tenant.Length > 0 ? " " : "")}{entry.Tenant}");
        if (entry.Data.IsEmpty)
        {
            return text;
        }

        // Names are ASCII.
        var bytes = new byte[text.Length + 1 + entry.Data.Length];
        Encoding.ASCII.GetBytes(text, bytes);
        bytes[text.Length] = (byte)'\n';
        entry.Data.Span.CopyTo(bytes.AsSpan(text.Length + 1));
        return bytes;
    }

    public static QueueEntry Parse(string id, RedisValue stored)
    {
        var bytes = (byte[]?)stored ?? [];
        var split = Array.IndexOf(bytes, (byte)'\n');
        var parts = Encoding.ASCII.GetString(bytes, 0, split < 0 ? bytes.Length : split).Split(' ');
        return new QueueEntry(
            id,
            parts[3],
            parts[2],
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            StoreTime.FromMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)))
        {
            Tenant = parts.Length > 4 ? parts[4] : "",
            Data = split < 0 ? default : bytes.AsMemory(split + 1),
        };
    }
}

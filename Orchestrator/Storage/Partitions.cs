using System.Text;

namespace Orchestrator.Storage;

/// <summary>Which partition a run belongs to.</summary>
public static class Partitions
{
    /// <summary>
    /// The partition of a run: FNV-1a (64 bit) over the UTF-8 bytes of the id, its halves folded by XOR, modulo the
    /// number of partitions. Data on disk depends on it, so it never changes.
    /// </summary>
    /// <param name="runId">The run's id.</param>
    /// <param name="count">The number of partitions, at least 1.</param>
    /// <returns>0 to <paramref name="count"/> − 1.</returns>
    public static int Of(string runId, int count)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);

        Span<byte> small = stackalloc byte[256];
        var utf8 = Encoding.UTF8.TryGetBytes(runId, small, out var length) ? small[..length] : Encoding.UTF8.GetBytes(runId);
        var hash = 14695981039346656037UL;
        foreach (var b in utf8)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        return (int)(((uint)hash ^ (uint)(hash >> 32)) % (uint)count);
    }
}

using System.Runtime.InteropServices;

namespace Orchestrator.Storage;

/// <summary>Adds up how much waits, by role.</summary>
internal sealed class QueueDepths
{
    private readonly Dictionary<string, (long Waiting, DateTimeOffset Oldest)> _roles = new(StringComparer.Ordinal);

    public void Add(string role, long waiting, DateTimeOffset oldest)
    {
        ref var depth = ref CollectionsMarshal.GetValueRefOrAddDefault(_roles, role, out var known);
        depth = (depth.Waiting + waiting, known && depth.Oldest < oldest ? depth.Oldest : oldest);
    }

    /// <summary>By role.</summary>
    public IReadOnlyList<QueueDepth> ToList() =>
        [.. _roles.Select(r => new QueueDepth(r.Key, r.Value.Waiting, r.Value.Oldest)).OrderBy(d => d.Role, StringComparer.Ordinal)];
}

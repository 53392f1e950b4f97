using System.Collections.Concurrent;

namespace Orchestrator.Processing;

/// <summary>
/// The last events of the runs that are worked on here, as they were stored: whoever watches such a run needs neither
/// read them again nor be woken by the store.
/// </summary>
internal sealed class RecentEvents
{
    private readonly ConcurrentDictionary<string, RunTail> _runs = new(StringComparer.Ordinal);

    /// <summary>Begins with a run whose processor is about to start.</summary>
    /// <param name="version">The version that is stored already; 0: the run is new.</param>
    /// <param name="tenant">Whose run it is; null: it is new, its first event tells.</param>
    public RunTail Open(string runId, long version, string? tenant) => _runs[runId] = new RunTail(runId, version, tenant);

    /// <summary>Ends it: who watches goes on with what the store has.</summary>
    public void Close(RunTail tail)
    {
        ((ICollection<KeyValuePair<string, RunTail>>)_runs).Remove(new(tail.RunId, tail));
        tail.Close();
    }

    /// <summary>Those of a run; null: it is not worked on here.</summary>
    public RunTail? Find(string runId) => _runs.GetValueOrDefault(runId);
}

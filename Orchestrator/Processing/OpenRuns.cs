using System.Collections.Concurrent;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>
/// The open runs of the partitions that are ours, with how they stand: for counting. A run that was taken over counts as
/// unspecified until somebody has read what its index says, or something of it is stored.
/// </summary>
internal sealed class OpenRuns
{
    private readonly ConcurrentDictionary<string, State> _runs = new(StringComparer.Ordinal);

    /// <summary>A run's status as it was stored.</summary>
    public void Note(string runId, State status)
    {
        if (status.IsTerminal())
        {
            _runs.TryRemove(runId, out _);
        }
        else
        {
            _runs[runId] = status;
        }
    }

    /// <summary>A run was found open in a partition that became ours.</summary>
    public void Found(string runId) => _runs.TryAdd(runId, State.Unspecified);

    /// <summary>What the index says of a run that was found; nothing when more is known by now.</summary>
    /// <param name="status">Null: it is not open.</param>
    public void Resolve(string runId, State? status)
    {
        if (status is { } known)
        {
            _runs.TryUpdate(runId, known, State.Unspecified);
        }
        else
        {
            _runs.TryRemove(new KeyValuePair<string, State>(runId, State.Unspecified));
        }
    }

    /// <summary>Forgets the runs of partitions that are no longer ours.</summary>
    public void Forget(Func<string, bool> isMeant)
    {
        foreach (var (runId, _) in _runs)
        {
            if (isMeant(runId))
            {
                _runs.TryRemove(runId, out _);
            }
        }
    }

    /// <summary>Runs of which only that they are open is known.</summary>
    /// <param name="most">At most so many.</param>
    public List<string> Unresolved(int most) => [.. _runs.Where(run => run.Value == State.Unspecified).Select(run => run.Key).Take(most)];

    /// <summary>How many there are in each state; none of those that are not resolved.</summary>
    public Dictionary<State, long> Count()
    {
        var counts = new Dictionary<State, long>();
        foreach (var (_, status) in _runs)
        {
            if (status != State.Unspecified)
            {
                counts[status] = counts.GetValueOrDefault(status) + 1;
            }
        }

        return counts;
    }
}

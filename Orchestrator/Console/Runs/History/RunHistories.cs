using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Runs.History;

/// <summary>The histories of the runs that were looked at last: a page reads on from where the one before ended.</summary>
internal sealed class RunHistories(IRunEngine engine)
{
    private const int MaxKept = 16;
    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _recent = new();

    /// <summary>Reads a run's history, up to a version at least.</summary>
    /// <param name="run">The run as the caller was given it, so that who may see it is settled.</param>
    /// <param name="read">Takes what is needed out of it; it must not keep the history.</param>
    /// <param name="principal">Who asks.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<T> ReadAsync<T>(Run run, Func<RunHistory, T> read, Principal principal, CancellationToken ct)
    {
        var kept = Keep(run.Summary.RunId);
        await kept.Gate.WaitAsync(ct);
        try
        {
            if (kept.History.Version < run.Version)
            {
                await foreach (var e in engine.WatchAsync(run.Summary.RunId, kept.History.Version, principal, ct))
                {
                    kept.History.Add(e);
                    if (e.Version >= run.Version)
                        break;
                }
            }

            return read(kept.History);
        }
        finally
        {
            kept.Gate.Release();
        }
    }

    private Kept Keep(string runId)
    {
        lock (_lock)
        {
            var kept = _recent.FirstOrDefault(one => one.RunId == runId) ?? new Kept(runId);
            _recent.Remove(kept);
            _recent.AddFirst(kept);
            if (_recent.Count > MaxKept)
                _recent.RemoveLast();
            return kept;
        }
    }

    private sealed class Kept(string runId)
    {
        public string RunId => runId;

        public SemaphoreSlim Gate { get; } = new(1);

        public RunHistory History { get; } = new();
    }
}

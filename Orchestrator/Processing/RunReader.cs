using Orchestrator.Runs;
using Orchestrator.Storage;

namespace Orchestrator.Processing;

/// <summary>The states of runs as the store has them, at any replica and without a processor. Keeps those that were read last, and reads on from there.</summary>
internal sealed class RunReader(IRunStore store, TimeProvider time, ILogger<RunReader> logger)
{
    private const int MaxKept = 64;
    private const long MaxKeptEvents = 200_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> _kept = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> _recent = new();

    /// <summary>Reads a state.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="read">Gets the state, null when there is no such run; it must not keep it.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<T> ReadAsync<T>(string runId, Func<RunState?, T> read, CancellationToken ct)
    {
        var version = await store.GetVersionAsync(runId, ct);
        if (version == 0)
        {
            Forget(runId);
            return read(null);
        }

        var kept = Keep(runId);
        await kept.Gate.WaitAsync(ct);
        try
        {
            if (kept.State is null || kept.State.Version > version)
            {
                kept.State = await new RunLog(runId, store, time, logger).LoadAsync(ct);
            }
            else if (kept.State.Version < version)
            {
                await RunLog.ReadOnAsync(runId, store, kept.State, ct);
            }

            return read(kept.State.Version == 0 ? null : kept.State);
        }
        catch (Exception e) when (e is not RequestRefusedException)
        {
            kept.State = null;
            throw;
        }
        finally
        {
            kept.Gate.Release();
            Trim();
        }
    }

    /// <summary>Takes over the state of a run that has just ended: it is likely to be asked for now.</summary>
    public void Put(RunState state)
    {
        var kept = Keep(state.RunId);
        if (kept.Gate.Wait(0, CancellationToken.None))
        {
            kept.State = state;
            kept.Gate.Release();
        }

        Trim();
    }

    private Kept Keep(string runId)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(runId, out var node))
            {
                _recent.Remove(node);
            }
            else
            {
                node = new LinkedListNode<Kept>(new Kept(runId));
                _kept[runId] = node;
            }

            _recent.AddFirst(node);
            return node.Value;
        }
    }

    private void Trim()
    {
        lock (_lock)
        {
            var events = _recent.Sum(kept => kept.State?.Version ?? 0);
            while (_recent.Count > 1 && (_recent.Count > MaxKept || events > MaxKeptEvents))
            {
                var last = _recent.Last!.Value;
                events -= last.State?.Version ?? 0;
                _recent.RemoveLast();
                _kept.Remove(last.RunId);
            }
        }
    }

    private void Forget(string runId)
    {
        lock (_lock)
        {
            if (_kept.Remove(runId, out var node))
            {
                _recent.Remove(node);
            }
        }
    }

    private sealed class Kept(string runId)
    {
        public string RunId => runId;

        public SemaphoreSlim Gate { get; } = new(1);

        public RunState? State { get; set; }
    }
}

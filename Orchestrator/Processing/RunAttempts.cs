using Orchestrator.Dispatch;

namespace Orchestrator.Processing;

/// <summary>The current attempts of one run at agents: at most one for each task.</summary>
internal sealed class RunAttempts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AttemptRun> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttemptRun> _prepared = new(StringComparer.Ordinal);

    /// <summary>Keeps an attempt that is put together and not started, for <see cref="TakePrepared"/>.</summary>
    public void Prepare(AttemptRun attempt) => _prepared[attempt.TaskId] = attempt;

    /// <summary>The attempt that was prepared for a task; null: none was.</summary>
    public AttemptRun? TakePrepared(string taskId) => _prepared.Remove(taskId, out var attempt) ? attempt : null;

    /// <summary>What was prepared will not be: its append was refused.</summary>
    public void ForgetPrepared() => _prepared.Clear();

    public void Start(AttemptRun attempt)
    {
        lock (_gate)
        {
            _running[attempt.TaskId] = attempt;
        }

        attempt.Start();
    }

    /// <summary>Stops an attempt, if it is the task's current one.</summary>
    public void Stop(string taskId, int number, string reason)
    {
        AttemptRun? attempt;
        lock (_gate)
        {
            _running.TryGetValue(taskId, out attempt);
        }

        if (attempt?.Attempt == number)
        {
            attempt.Stop(reason);
        }
    }

    /// <summary>An attempt's runner is done.</summary>
    public void Forget(AttemptRun attempt)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(attempt.TaskId, out var current) && current == attempt)
            {
                _running.Remove(attempt.TaskId);
            }
        }
    }

    /// <summary>Leaves all attempts to go on at their instances.</summary>
    public void Detach()
    {
        AttemptRun[] all;
        lock (_gate)
        {
            all = [.. _running.Values];
        }

        foreach (var attempt in all)
        {
            attempt.Detach();
        }
    }
}

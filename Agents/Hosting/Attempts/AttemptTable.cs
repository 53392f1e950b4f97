using Agents.Hosting.Definitions;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>
/// The attempts that this process knows: running ones within its capacity, finished ones until somebody says that the
/// result is stored, and marks of those that must not start here (again). One short lock; nothing waits inside.
/// </summary>
internal sealed class AttemptTable(AgentDefinition definition, AgentOptions options, TimeProvider time, ILogger<AttemptTable> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, Attempt> _attempts = [];
    private readonly LinkedList<Attempt> _running = [];
    private readonly LinkedList<Attempt> _finished = [];
    private readonly AttemptFences _fences = new();
    private long _finishedBytes;
    private int _slotsTaken;
    private bool _draining;

    public int Capacity => definition.Contract.Limits.MaxParallel;

    public int Running
    {
        get
        {
            lock (_gate)
                return _slotsTaken;
        }
    }

    /// <summary>Finished attempts whose results nobody has acknowledged.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (_gate)
                return _finished.Count;
        }
    }

    /// <summary>Takes an attempt in, or throws the status that says why not.</summary>
    public Attempt Admit(TaskAssignment assignment, DateTimeOffset deadline)
    {
        var credential = assignment.Credential;
        var id = new AttemptId(credential.RunId, credential.TaskId, credential.Attempt);
        lock (_gate)
        {
            if (_attempts.ContainsKey(id))
                throw Refusal(StatusCode.AlreadyExists, $"Attempt {id.Number} at {id.RunId}/{id.TaskId} is known here; attach to it.");
            if (_fences.Refuses(credential) is { } fence)
                throw Refusal(StatusCode.FailedPrecondition, fence);
            if (_draining)
                throw Refusal(StatusCode.ResourceExhausted, "This instance is stopping and takes no new attempts.");
            if (_slotsTaken >= Capacity)
                throw Refusal(StatusCode.ResourceExhausted, $"This instance works on {_slotsTaken} attempts, and its limit is {Capacity}.");

            var attempt = new Attempt(assignment, definition.Find(assignment.TaskType), deadline, time) { HoldsSlot = true };
            _slotsTaken++;
            _attempts.Add(id, attempt);
            _running.AddLast(attempt.Node);
            _fences.Started(credential);
            return attempt;
        }
    }

    /// <summary>The attempt, or null; then it can never start here later.</summary>
    /// <param name="epoch">Of the lease under which the caller works. 0: not said.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: the caller's epoch is over.</exception>
    public Attempt? FindOrBury(AttemptCredential credential, long epoch = 0)
    {
        lock (_gate)
        {
            ThrowIfOver(credential.RunId, epoch);
            if (_attempts.TryGetValue(new AttemptId(credential.RunId, credential.TaskId, credential.Attempt), out var attempt))
                return attempt;

            _fences.Started(credential);
            return null;
        }
    }

    /// <summary>The attempt, or null: it is not known here.</summary>
    /// <param name="epoch">Of the lease under which the caller works. 0: not said.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: the caller's epoch is over.</exception>
    public Attempt? FindToCancel(AttemptCredential credential, long epoch)
    {
        lock (_gate)
        {
            ThrowIfOver(credential.RunId, epoch);
            return _attempts.GetValueOrDefault(new AttemptId(credential.RunId, credential.TaskId, credential.Attempt));
        }
    }

    /// <summary>The agent's code has returned: its place is free.</summary>
    public void Release(Attempt attempt)
    {
        lock (_gate)
        {
            if (!attempt.HoldsSlot)
                return;

            attempt.HoldsSlot = false;
            _slotsTaken--;
        }
    }

    /// <summary>The last event is about to be written: keeps the attempt's events for whoever comes back for them.</summary>
    public void Keep(Attempt attempt, TaskEvent last)
    {
        attempt.KeepEvents(last);
        var bytes = attempt.KeptBytes;
        List<Attempt>? forgotten = null;
        lock (_gate)
        {
            attempt.FinishedAt = time.GetUtcNow();
            attempt.Node.List?.Remove(attempt.Node);
            _finished.AddLast(attempt.Node);
            _finishedBytes += bytes;
            while (_finishedBytes > options.ResultBytes && _finished.Count > 1)
                (forgotten ??= []).Add(Forget(_finished.First!.Value));
        }

        foreach (var old in forgotten ?? [])
            AttemptLog.ResultDropped(logger, old.Id.RunId, old.Id.TaskId, old.Id.Number, "kept results take more than Agents:ResultBytes");
    }

    public void Acknowledge(AttemptKey key)
    {
        lock (_gate)
        {
            // Who no longer owns the run does not know what the owner has stored.
            if (_fences.IsOver(key.RunId, key.Epoch) || !_attempts.TryGetValue(new AttemptId(key.RunId, key.TaskId, key.Attempt), out var attempt))
                return;

            if (attempt.Node.List == _finished)
                Forget(attempt);
        }
    }

    /// <summary>Attempts whose code still runs; what is too old to be kept is forgotten.</summary>
    public IReadOnlyList<Attempt> Sweep()
    {
        List<Attempt>? forgotten = null;
        Attempt[] running;
        lock (_gate)
        {
            var oldest = time.GetUtcNow() - TimeSpan.FromSeconds(options.ResultSeconds);
            while (_finished.First is { } first && first.Value.FinishedAt <= oldest)
                (forgotten ??= []).Add(Forget(first.Value));
            running = _running.Count == 0 ? [] : [.. _running];
        }

        foreach (var old in forgotten ?? [])
            AttemptLog.ResultDropped(logger, old.Id.RunId, old.Id.TaskId, old.Id.Number, "nobody acknowledged it for Agents:ResultSeconds");
        return running;
    }

    /// <summary>From now on nothing is admitted.</summary>
    public void Drain()
    {
        lock (_gate)
            _draining = true;
    }

    private Attempt Forget(Attempt attempt)
    {
        _finished.Remove(attempt.Node);
        _finishedBytes -= attempt.KeptBytes;
        _attempts.Remove(attempt.Id);
        return attempt;
    }

    private void ThrowIfOver(string runId, long epoch)
    {
        if (_fences.IsOver(runId, epoch))
            throw Refusal(StatusCode.FailedPrecondition, $"Epoch {epoch} of run {runId} is over; a newer one is known here.");
        _fences.Seen(runId, epoch);
    }

    private static RpcException Refusal(StatusCode code, string message) => new(new Status(code, message));
}

using System.Threading.Channels;
using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The one writer of one run: takes inputs in order, stores what follows, then acts on it.</summary>
/// <remarks>
/// All inputs that have come together are stored in one append. The state is changed before it is stored; when the
/// append is refused the processor stops and the state is thrown away with it, so nothing outside ever sees what is
/// not stored: replies, commands and reads wait for the append.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing; it may be stopped at any time")]
internal sealed class RunProcessor
{
    private const int MaxBatch = 512;
    private readonly Channel<Work> _mailbox = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, AttemptRun> _attempts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly RunServices _services;
    private readonly PartitionLease _lease;
    private readonly RunLog _log;
    private RunState _state;
    private ITimer? _deadline;

    public RunProcessor(string runId, PartitionLease lease, RunState state, RunLog log, RunServices services)
    {
        RunId = runId;
        _lease = lease;
        _state = state;
        _log = log;
        _services = services;
    }

    public string RunId { get; }

    /// <summary>Epoch of the lease that this processor writes under.</summary>
    public long Epoch => _lease.Epoch;

    /// <summary>Ends when the run has ended, or when the processor was stopped or fenced.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Whether it stopped without being asked to, before the run's end: it must be loaded anew.</summary>
    public bool Broke { get; private set; }

    public void Start(bool recovering) => Completion = Task.Run(() => LoopAsync(recovering));

    /// <summary>Hands an input in and goes on.</summary>
    /// <param name="refused">Called when it changes nothing, or when the processor has stopped.</param>
    /// <param name="context">Context writes that are to become visible with it.</param>
    public void Post(RunInput input, Action? refused = null, IReadOnlyList<ContextWrite>? context = null)
    {
        if (!_mailbox.Writer.TryWrite(new Work(input, context ?? [], refused, null, null)))
        {
            refused?.Invoke();
        }
    }

    /// <summary>Hands an input in and waits until what follows is stored.</summary>
    /// <returns>Null, or why it changed nothing.</returns>
    /// <exception cref="RunUnavailableException">The processor has stopped.</exception>
    public async Task<Refusal?> SendAsync(RunInput input, CancellationToken ct)
    {
        var reply = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_mailbox.Writer.TryWrite(new Work(input, [], null, reply, null)))
        {
            throw new RunUnavailableException(RunId);
        }

        return await reply.Task.WaitAsync(ct);
    }

    /// <summary>Reads the state as it is stored.</summary>
    /// <exception cref="RunUnavailableException">The processor has stopped.</exception>
    public async Task<T> ReadAsync<T>(Func<RunState, T> read, CancellationToken ct)
    {
        var reply = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Answer(RunState? state)
        {
            if (state is null)
            {
                reply.TrySetException(new RunUnavailableException(RunId));
            }
            else
            {
                reply.TrySetResult(read(state));
            }
        }

        if (!_mailbox.Writer.TryWrite(new Work(null, [], null, null, Answer)))
        {
            throw new RunUnavailableException(RunId);
        }

        return await reply.Task.WaitAsync(ct);
    }

    /// <summary>Stops without ending the run: its attempts go on at their instances, and the next owner attaches to them.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Completion;
    }

    /// <summary>An attempt's runner is done.</summary>
    public void Forget(AttemptRun attempt)
    {
        lock (_attempts)
        {
            if (_attempts.TryGetValue(attempt.TaskId, out var current) && current == attempt)
            {
                _attempts.Remove(attempt.TaskId);
            }
        }
    }

    private async Task LoopAsync(bool recovering)
    {
        var batch = new List<Work>();
        var events = new List<RunEvent>();
        try
        {
            Act(_state.Decide(), recovering);
            SetDeadline();
            while (!_state.Status.IsTerminal() && await _mailbox.Reader.WaitToReadAsync(_stopping.Token))
            {
                while (batch.Count < MaxBatch && _mailbox.Reader.TryRead(out var work))
                {
                    batch.Add(work);
                }

                var refusals = Step(batch, events, conflictKey: null);
                var commands = _state.Decide();
                var result = await _log.AppendAsync(_lease, _state, events, commands, Context(batch, refusals), _stopping.Token);
                if (result.Status == AppendStatus.ContextConflict)
                {
                    // Somebody wrote the entry first: the attempt that lost is told so, the rest of the batch stands.
                    _state = await _log.LoadAsync(_stopping.Token);
                    events.Clear();
                    refusals = Step(batch, events, result.ConflictKey);
                    commands = _state.Decide();
                    result = await _log.AppendAsync(_lease, _state, events, commands, Context(batch, refusals, result.ConflictKey), _stopping.Token);
                }

                if (result.Status != AppendStatus.Appended)
                {
                    ProcessingLog.Fenced(_services.Logger, RunId, result.Status.ToString());
                    Broke = true;
                    return;
                }

                Answer(batch, refusals);
                Act(commands, recovering: false);
                SetDeadline();
                batch.Clear();
                events.Clear();
            }

            if (_state.Status.IsTerminal())
            {
                ProcessingLog.Ended(_services.Logger, RunId, _state.Status.ToString());
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped: the next owner goes on.
        }
        catch (Exception e)
        {
            ProcessingLog.ProcessorBroke(_services.Logger, RunId, e);
            Broke = true;
        }
        finally
        {
            Close(batch);
        }
    }

    private Refusal?[] Step(List<Work> batch, List<RunEvent> events, string? conflictKey)
    {
        var now = _services.Time.GetUtcNow();
        var refusals = new Refusal?[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Input is { } input)
            {
                input = input is RunInput.Assign assign ? assign with { Epoch = _lease.Epoch } : input;
                var lost = conflictKey is not null && batch[i].Context.Any(write => $"{write.Scope}/{write.Key}" == conflictKey);
                refusals[i] = RunMachine.Step(_state, RunId, lost ? Conflict((RunInput.Succeed)input, conflictKey!) : input, now, events);
            }
        }

        return refusals;
    }

    private static RunInput.Fail Conflict(RunInput.Succeed input, string key) => new(input.TaskId, input.Attempt, new Failure
    {
        Code = "CONTEXT_CONFLICT",
        Message = $"The context entry '{key}' was changed by another task since it was read.",
        Retryable = true,
        FailureClass = FailureClass.Transient,
    });

    private static List<ContextWrite> Context(List<Work> batch, Refusal?[] refusals, string? conflictKey = null)
    {
        var writes = new List<ContextWrite>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (refusals[i] is null && !batch[i].Context.Any(write => $"{write.Scope}/{write.Key}" == conflictKey))
            {
                writes.AddRange(batch[i].Context);
            }
        }

        return writes;
    }

    private void Answer(List<Work> batch, Refusal?[] refusals)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Reply?.TrySetResult(refusals[i]);
            batch[i].Read?.Invoke(_state);
            if (refusals[i] is not null)
            {
                batch[i].Refused?.Invoke();
            }
        }
    }

    private void Act(IReadOnlyList<RunCommand> commands, bool recovering)
    {
        foreach (var command in commands)
        {
            switch (command)
            {
                case RunCommand.Offer offer when _state.Find(offer.TaskId) is { } task:
                    _services.Dispatcher.Offer(QueuedTask.Of(_state, task, _services.Time.GetUtcNow()));
                    break;
                case RunCommand.Withdraw withdraw:
                    _services.Dispatcher.Withdraw(RunId, withdraw.TaskId);
                    break;
                case RunCommand.Execute execute when _state.Find(execute.TaskId) is { } task:
                    Execute(task, recovering);
                    break;
                case RunCommand.Stop stop:
                    Stop(stop);
                    break;
                case RunCommand.Acknowledge done:
                    Acknowledge(done.InstanceId, done.TaskId, done.Attempt);
                    break;
            }
        }
    }

    private void Execute(TaskNode task, bool recovering)
    {
        var keepsInline = task.Kind is TaskKind.Plan or TaskKind.Review;
        var attempt = new AttemptRun(this, _services, Assignments.Of(_state, task), task.InstanceId, recovering)
        {
            NeededFields = _state.NeededFields(task.Id),
            Tenant = _state.Submitted.Principal.Tenant,
            Inline = keepsInline,
            LastSeq = task.LastSeq,
            TraceId = _state.TraceId,
        };
        lock (_attempts)
        {
            _attempts[task.Id] = attempt;
        }

        attempt.Start();
    }

    private void Stop(RunCommand.Stop stop)
    {
        AttemptRun? attempt;
        lock (_attempts)
        {
            _attempts.TryGetValue(stop.TaskId, out attempt);
        }

        if (attempt?.Attempt == stop.Attempt)
        {
            attempt.Stop(stop.Reason);
        }

        Acknowledge(stop.InstanceId, stop.TaskId, stop.Attempt);
    }

    private void Acknowledge(string instanceId, string taskId, int attempt)
    {
        _services.Staged.Forget(RunId, taskId, attempt);
        _services.Registry.Find(instanceId)?.Acknowledge(new AttemptKey { RunId = RunId, TaskId = taskId, Attempt = attempt, Epoch = _lease.Epoch });
    }

    private void SetDeadline()
    {
        if (_deadline is null && _state.Deadline is { } deadline)
        {
            var left = deadline - _services.Time.GetUtcNow();
            _deadline = _services.Time.CreateTimer(_ => Post(new RunInput.Tick()), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    private void Close(List<Work> batch)
    {
        _mailbox.Writer.TryComplete();
        _deadline?.Dispose();
        while (_mailbox.Reader.TryRead(out var work))
        {
            batch.Add(work);
        }

        // Whoever still waits asks again, and is answered from the stored log or by the next owner.
        foreach (var work in batch)
        {
            work.Reply?.TrySetException(new RunUnavailableException(RunId));
            work.Read?.Invoke(null);
            work.Refused?.Invoke();
        }

        AttemptRun[] left;
        lock (_attempts)
        {
            left = [.. _attempts.Values];
        }

        foreach (var attempt in left)
        {
            attempt.Detach();
        }

        _services.Dispatcher.WithdrawRun(RunId);
        _services.Ended(this);
    }

    private sealed record Work(
        RunInput? Input, IReadOnlyList<ContextWrite> Context, Action? Refused, TaskCompletionSource<Refusal?>? Reply, Action<RunState?>? Read);
}

/// <summary>The run has no processor here now. Asking again helps.</summary>
internal sealed class RunUnavailableException(string runId) : Exception($"Run '{runId}' is being handed over; try again.");

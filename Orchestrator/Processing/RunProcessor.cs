using System.Threading.Channels;
using Orchestrator.Context;
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
internal sealed partial class RunProcessor
{
    private const int MaxBatch = 512;
    private readonly Channel<Work> _mailbox = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly RunAttempts _attempts = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RunServices _services;
    private readonly PartitionLease _lease;
    private readonly RunLog _log;
    private readonly bool _isNew;
    private RunState _state;
    private DateTimeOffset? _wakeAt;
    private long _lastInput;
    private readonly List<Instance> _reserved = [];
    private int _followed;
    private RunTrace? _trace;
    private readonly RunTail _tail;
    private Work? _next;

    public RunProcessor(string runId, PartitionLease lease, RunState state, RunLog log, RunServices services)
    {
        RunId = runId;
        _lease = lease;
        _state = state;
        _isNew = state.Version == 0;
        _log = log;
        _services = services;
        _tail = services.Recent.Open(runId, state.Version, state.Version > 0 ? state.Submitted.Principal?.Tenant : null);
        _lastInput = services.Time.GetTimestamp();
    }

    public string RunId { get; }

    /// <summary>Epoch of the lease that this processor writes under.</summary>
    public long Epoch => _lease.Epoch;

    /// <summary>Ends when the run has ended, or when the processor was stopped or fenced.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>The state of a run that has ended, and is not changed any more; null before.</summary>
    public RunState? EndState { get; private set; }

    /// <summary>The run's part of its trace; null: nobody listens.</summary>
    public RunTrace? Trace => _trace;

    /// <summary>Whether it stopped without being asked to, before the run's end: it must be loaded anew.</summary>
    public bool Broke { get; private set; }

    public void Start(bool recovering)
    {
        // The processor outlives the request that it was made for: it must not carry its trace.
        using (ExecutionContext.SuppressFlow())
        {
            Completion = recovering ? Task.Run(() => LoopAsync(recovering)) : LoopAsync(recovering);
        }
    }

    /// <summary>Hands an input in and goes on.</summary>
    /// <param name="refused">Called when it changes nothing.</param>
    /// <param name="context">Context writes that are to become visible with it.</param>
    /// <returns>False: the processor has stopped, and nothing was or will be done.</returns>
    public bool Post(RunInput input, Action? refused = null, IReadOnlyList<ContextWrite>? context = null) =>
        _mailbox.Writer.TryWrite(new Work(input, context ?? [], refused, null, null));

    /// <summary>Hands an input in and waits until what follows is stored.</summary>
    /// <param name="itemId">The inbox item that it came by; null: none.</param>
    /// <param name="context">Context writes that are to become visible with it.</param>
    /// <exception cref="RunUnavailableException">The processor has stopped.</exception>
    public async Task<CommandAnswer> SendAsync(RunInput input, CancellationToken ct, string? itemId = null, IReadOnlyList<ContextWrite>? context = null)
    {
        var reply = new TaskCompletionSource<CommandAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_mailbox.Writer.TryWrite(new Work(input, context ?? [], null, reply, null) { ItemId = itemId }))
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
                return;
            }

            try
            {
                reply.TrySetResult(read(state));
            }
            catch (RequestRefusedException e)
            {
                reply.TrySetException(e);
            }
        }

        if (!_mailbox.Writer.TryWrite(new Work(null, [], null, null, Answer)))
        {
            throw new RunUnavailableException(RunId);
        }

        return await reply.Task.WaitAsync(ct);
    }

    /// <summary>Stops when nothing of the run is in flight and no input has come for a while: it is loaded again when something happens.</summary>
    public void StopIfIdle(TimeSpan idle)
    {
        if (_services.Time.GetElapsedTime(Volatile.Read(ref _lastInput)) >= idle)
        {
            _mailbox.Writer.TryWrite(Work.Idle);
        }
    }

    /// <summary>Stops without ending the run: its attempts go on at their instances, and the next owner attaches to them.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Completion;
    }

    /// <summary>An attempt's runner is done.</summary>
    public void Forget(AttemptRun attempt) => _attempts.Forget(attempt);

    private async Task LoopAsync(bool recovering)
    {
        var batch = new RunBatch();
        var events = new List<RunEvent>();
        try
        {
            EnterTrace();
            Act(_state.Decide(), recovering);
            SetWake();
            if (!_isNew)
            {
                await UseBudgetAsync(_state);
            }

            while (!_state.Status.IsTerminal() && (_next is not null || await _mailbox.Reader.WaitToReadAsync(_stopping.Token)))
            {
                await CollectAsync(batch);
                if (batch.IsIdle && _state.InFlight == 0)
                {
                    batch.Clear();
                    await _log.SnapshotAsync(_lease, _state, _stopping.Token);
                    return;
                }

                Volatile.Write(ref _lastInput, _services.Time.GetTimestamp());
                if (_state.Version == 0 && batch.Items.Select(work => work.Input).OfType<RunInput.Submit>().FirstOrDefault() is { } first)
                {
                    await _services.Tenants.RefreshAsync(first.Submitted.Principal.Tenant, _stopping.Token);
                }

                var commands = Step(batch, events);
                await RunArtifacts.HoldAsync(_services.Artifacts, _state.Submitted.Principal.Tenant, RunId, events, _stopping.Token);
                var append = _log.AppendAsync(_lease, _state, events, commands, GuidanceEntries.AddTo(batch.Context, events), batch.Answers(_state.Version), _stopping.Token);
                Prepare(commands);
                var result = await append;
                while (result.Status == AppendStatus.ContextConflict)
                {
                    await ContextConflicts.ResolveAsync(batch, RunId, _state.Plan, result.ConflictKey!, _services.Store, _stopping.Token);
                    _state = await _log.LoadAsync(_stopping.Token);
                    events.Clear();
                    _attempts.ForgetPrepared();
                    GiveBack();
                    commands = Step(batch, events);
                    result = await _log.AppendAsync(_lease, _state, events, commands, GuidanceEntries.AddTo(batch.Context, events), batch.Answers(_state.Version), _stopping.Token);
                }

                if (result.Status != AppendStatus.Appended)
                {
                    // A run that was taken for new and is not is opened again by whoever asks.
                    if (!_isNew || result.Status != AppendStatus.VersionConflict)
                    {
                        ProcessingLog.Fenced(_services.Logger, RunId, result.Status.ToString());
                        Broke = true;
                    }

                    return;
                }

                _reserved.Clear();
                EnterTrace();
                _trace?.Observe(events, _state);
                ProcessingMeters.Stored(events, _state);
                _services.Tenants.Report(_state);
                _tail.Add(events);
                batch.Answer(_state, recorded: events.Count > 0);
                Act(commands, recovering: false);
                SetWake();
                batch.Clear();
                events.Clear();
            }

            if (_state.Status.IsTerminal())
            {
                EndState = _state;
                RunTrace.Ended(_state);
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

    // All that has come, up to an input that would write a context entry that another one in the batch writes too.
    private async ValueTask CollectAsync(RunBatch batch)
    {
        while (batch.Count < MaxBatch && (_next ?? (_mailbox.Reader.TryRead(out var read) ? read : null)) is { } work)
        {
            if (_next is null && work.Input is RunInput.Succeed result && _state.Find(result.TaskId) is { StagedKeys.Count: > 0 } task && task.IsCurrent(result.Attempt))
            {
                _next = work;
                work = work with { Context = await StagedContext.PublishAsync(_services.Store, RunId, task.Id, task.Attempt, task.StagedKeys, _stopping.Token) };
            }

            _next = work;
            if (!batch.TryAdd(work))
            {
                return;
            }

            _next = null;
        }
    }

    private IReadOnlyList<RunCommand> Step(RunBatch batch, List<RunEvent> events)
    {
        var now = _services.Time.GetUtcNow();
        batch.Step(_state, RunId, _lease.Epoch, now, events, taskId => Unpaid(taskId, now, events));
        return StartAtOnce(_state.Decide(), events);
    }

    private ValueTask UseBudgetAsync(RunState state)
    {
        _services.Tenants.Report(state);
        return _services.Tenants.RefreshAsync(state.Submitted.Principal.Tenant, _stopping.Token);
    }

    // Nothing begins that the tenant cannot pay.
    private Refusal? Unpaid(string taskId, DateTimeOffset now, List<RunEvent> events)
    {
        _services.Tenants.Report(_state); // with what the steps before this one have set aside
        if (_services.Tenants.Refuse(_state.Submitted.Principal.Tenant, _state.Find(taskId)?.Reserved) is not { } failure)
        {
            return null;
        }

        RunMachine.Step(_state, RunId, new RunInput.GiveUp(taskId, failure), now, events);
        return new Refusal(failure.Code, failure.Message);
    }

    private void Close(RunBatch batch)
    {
        _mailbox.Writer.TryComplete();
        GiveBack();
        var again = new List<Work>();
        List<Work> left = [.. batch.Items];
        if (_next is not null)
        {
            left.Add(_next);
        }

        while (_mailbox.Reader.TryRead(out var work))
        {
            left.Add(work);
        }

        // Whoever still waits asks again, and is answered from the stored log or by the next owner. What was handed in
        // with a way back is handed in again, here or in vain.
        foreach (var work in left)
        {
            work.Reply?.TrySetException(new RunUnavailableException(RunId));
            work.Read?.Invoke(null);
            if (work is { Input: RunInput.Assign or RunInput.Tick or RunInput.SubRunEnd or RunInput.GiveUp })
            {
                again.Add(work);
            }
            else
            {
                work.Refused?.Invoke();
            }
        }

        _attempts.Detach();
        if (_followed > 0)
        {
            foreach (var task in _state.Tasks)
            {
                if (task.SubRun is { } open)
                {
                    _services.SubRuns.Detach(open.RunId);
                }
            }
        }

        _trace?.Close(_state);
        _services.Ended(this);
        _services.Recent.Close(_tail);
        foreach (var work in again)
        {
            _services.Mailbox.Post(RunId, work.Input!, work.Refused);
        }
    }
}

/// <summary>The run has no processor here now. Asking again helps.</summary>
internal sealed class RunUnavailableException(string runId) : Exception($"Run '{runId}' is being handed over; try again.");

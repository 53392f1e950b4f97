using System.Security.Cryptography;
using Google.Protobuf;
using Orchestrator.Audit;
using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The stored log of one run: events to bytes and back, each bound to the one before by its hash.</summary>
internal sealed class RunLog(string runId, IRunStore store, TimeProvider time, ILogger logger, AuditHeads? heads = null, OpenRuns? open = null)
{
    /// <summary>The role under which an approval stands in the queue: what waits for a person.</summary>
    public const string ApprovalRole = "#approval";

    private const int MaxApprovalBytes = 4096;
    private const int SnapshotEvents = 200;
    private static readonly TimeSpan IndexEvery = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset AtOnce = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;
    private ByteString _lastHash = ByteString.Empty;
    private State _indexedStatus;
    private DateTimeOffset _indexedAt;
    private DateTimeOffset? _storedWake;
    private long _snapshotVersion;

    /// <summary>Reads the log, from the last snapshot on when there is one, and gives the state that follows from it.</summary>
    public async Task<RunState> LoadAsync(CancellationToken ct)
    {
        if (await store.ReadSnapshotAsync(runId, ct) is { } snapshot)
        {
            var tail = await ReadAsync(snapshot.Version, ct);
            if (RunSnapshot.Load(snapshot.Data.Span, tail) is { } loaded)
            {
                _snapshotVersion = snapshot.Version;
                _lastHash = tail.Count == 0 ? loaded.LastHash : _lastHash;
                return loaded.State;
            }
        }

        return RunState.Load(await ReadAsync(0, ct));
    }

    /// <summary>Applies what was stored since a state was read.</summary>
    public static async Task ReadOnAsync(string runId, IRunStore store, RunState state, CancellationToken ct)
    {
        await foreach (var stored in store.ReadAsync(runId, state.Version, ct))
        {
            state.Apply(RunEvent.Parser.ParseFrom(stored.Data.Span));
        }

        state.Decide(); // whoever only reads has nothing to do
    }

    /// <summary>Keeps a snapshot when that spares the next reader much.</summary>
    public async Task SnapshotAsync(PartitionLease lease, RunState state, CancellationToken ct)
    {
        if (state.Version - _snapshotVersion < SnapshotEvents)
        {
            return;
        }

        try
        {
            await store.SaveSnapshotAsync(lease, runId, state.Version, RunSnapshot.Save(state, _lastHash), ct);
        }
        catch (Exception e) when (e is StoreUnavailableException or LeaseLostException or ArgumentException)
        {
            ProcessingLog.SnapshotFailed(logger, runId, e.Message); // the log has it all
        }
    }

    /// <summary>
    /// Stores events with all that goes with them. While the store cannot be reached the same batch is repeated: it is
    /// idempotent, so an unknown outcome is settled by the next answer.
    /// </summary>
    /// <param name="state">The state after the events.</param>
    /// <param name="commands">What follows from the events: tells which queue entries go.</param>
    public async Task<AppendResult> AppendAsync(
        PartitionLease lease, RunState state, List<RunEvent> events, IReadOnlyList<RunCommand> commands, IReadOnlyList<ContextWrite> context,
        IReadOnlyList<InboxAnswer> answers, CancellationToken ct)
    {
        if (events.Count == 0)
        {
            return new AppendResult(AppendStatus.Appended, state.Version);
        }

        var hash = _lastHash;
        var data = new ReadOnlyMemory<byte>[events.Count];
        for (var i = 0; i < data.Length; i++)
        {
            events[i].PrevHash = hash;
            var bytes = events[i].ToByteArray();
            hash = Hash(bytes);
            data[i] = bytes;
        }

        var now = time.GetUtcNow();
        var status = state.ShownStatus;
        var index = status != _indexedStatus || now - _indexedAt >= IndexEvery;
        var (enqueue, dequeue) = QueueChanges(state, events, commands, now);
        var wake = Wake(state);
        var batch = new AppendBatch
        {
            RunId = runId,
            ExpectedVersion = events[0].Version - 1,
            BatchId = Guid.NewGuid().ToString("N"),
            Events = data,
            Enqueue = enqueue,
            Dequeue = dequeue,
            Index = index ? Index(state, status) : null,
            WakeAt = wake != _storedWake && wake != Never ? wake : null,
            ClearWake = wake != _storedWake && wake == Never && _storedWake is not null,
            Context = context,
            Answers = answers,
        };
        var result = await RepeatAsync(lease, batch, ct);
        if (result.Status == AppendStatus.Appended)
        {
            _lastHash = hash;
            heads?.Note(runId, state.Submitted.Principal.Tenant, state.Version, hash, state.Status.IsTerminal());
            _storedWake = wake;
            if (index)
            {
                open?.Note(runId, status);
                (_indexedStatus, _indexedAt) = (status, now);
            }
        }

        return result;
    }

    // The events after a version; the hash of the last one is kept.
    private async Task<List<RunEvent>> ReadAsync(long after, CancellationToken ct)
    {
        var events = new List<RunEvent>();
        _lastHash = ByteString.Empty;
        await foreach (var stored in store.ReadAsync(runId, after, ct))
        {
            events.Add(RunEvent.Parser.ParseFrom(stored.Data.Span));
            _lastHash = Hash(stored.Data.Span);
        }

        return events;
    }

    // A run with something in flight is to be loaded by a new owner at once, others when their time comes.
    private static DateTimeOffset Wake(RunState state) => state.InFlight > 0 ? AtOnce : state.WakeAt ?? Never;

    private async Task<AppendResult> RepeatAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct)
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = Min(pause * 2, TimeSpan.FromSeconds(2)))
        {
            try
            {
                var result = await store.AppendAsync(lease, batch, ct);
                if (pause > TimeSpan.FromMilliseconds(50))
                {
                    ProcessingLog.StoreBack(logger, runId);
                }

                return result;
            }
            catch (StoreUnavailableException e)
            {
                ProcessingLog.StoreUnavailable(logger, runId, e.Message);
                await Task.Delay(pause, time, ct);
            }
        }
    }

    private (List<QueueEntry> Enqueue, List<string> Dequeue) QueueChanges(
        RunState state, List<RunEvent> events, IReadOnlyList<RunCommand> commands, DateTimeOffset now)
    {
        List<QueueEntry> enqueue = [];
        List<string> dequeue = [];
        HashSet<string>? here = null;
        foreach (var e in events)
        {
            switch (e.BodyCase)
            {
                case RunEvent.BodyOneofCase.TaskQueued:
                    (here ??= new HashSet<string>(StringComparer.Ordinal)).Add(e.TaskQueued.TaskId);
                    if (state.Find(e.TaskQueued.TaskId) is { Queued: true } task)
                    {
                        enqueue.Add(QueuedTask.Of(state, task, now).ToEntry());
                    }

                    break;
                case RunEvent.BodyOneofCase.TaskStarted when here?.Contains(e.TaskStarted.TaskId) != true:
                    dequeue.Add($"{runId}/{e.TaskStarted.TaskId}");
                    break;
                case RunEvent.BodyOneofCase.TaskFailed:
                    dequeue.Add($"{runId}/{e.TaskFailed.TaskId}");
                    break;
                case RunEvent.BodyOneofCase.FallbackTaken:
                    dequeue.Add($"{runId}/{e.FallbackTaken.TaskId}");
                    break;
                case RunEvent.BodyOneofCase.TaskSkipped:
                    dequeue.Add($"{runId}/{e.TaskSkipped.TaskId}");
                    break;
                case RunEvent.BodyOneofCase.ApprovalRequested or RunEvent.BodyOneofCase.ApprovalEscalated or RunEvent.BodyOneofCase.ApprovalReminded:
                    AddApproval(state, e, now, enqueue);
                    break;
                case RunEvent.BodyOneofCase.ToolApprovalRequested:
                    AddToolApproval(state, e.ToolApprovalRequested, now, enqueue);
                    break;
                case RunEvent.BodyOneofCase.ApprovalDecided:
                    dequeue.Add($"{runId}/{e.ApprovalDecided.TaskId}");
                    break;
            }
        }

        foreach (var approval in state.ToolApprovals)
        {
            if (!approval.Withdrawn && !state.IsOpen(approval))
            {
                approval.Withdrawn = true;
                dequeue.Add($"{runId}/{approval.Asked.ApprovalId}");
            }
        }

        if (events.Exists(e => e.BodyCase == RunEvent.BodyOneofCase.RunResumed))
        {
            // What was taken out of the queue when the run was paused goes in again: all that is offered, new or not.
            enqueue.RemoveAll(entry => entry.Role != ApprovalRole);
            enqueue.AddRange(commands.OfType<RunCommand.Offer>().Select(offer => state.Find(offer.TaskId)).OfType<TaskNode>()
                .Where(task => task.Queued).Select(task => QueuedTask.Of(state, task, now).ToEntry()));
        }

        dequeue.AddRange(commands.OfType<RunCommand.Withdraw>().Select(withdraw => $"{runId}/{withdraw.TaskId}"));
        return (enqueue, dequeue);
    }

    // An approval waits in the queue too, under a role that no agent has; its evidence is there when it is small.
    private void AddApproval(RunState state, RunEvent e, DateTimeOffset now, List<QueueEntry> enqueue)
    {
        var taskId = e.ApprovalRequested?.TaskId ?? e.ApprovalEscalated?.TaskId ?? e.ApprovalReminded.TaskId;
        if (state.Find(taskId) is not { Approval: not null } task || RunViews.Approval(state, task) is not { } view)
        {
            return;
        }

        if (view.CalculateSize() > MaxApprovalBytes)
        {
            view.Evidence = null;
        }

        if (view.CalculateSize() > MaxApprovalBytes)
        {
            view.Question = view.Question[..Math.Min(500, view.Question.Length)] + "…";
            view.Deciders.Clear();
            view.Deciders.Add(task.Approval.Deciders.Take(20));
        }

        enqueue.RemoveAll(entry => entry.Id == $"{runId}/{taskId}");
        enqueue.Add(new QueueEntry($"{runId}/{taskId}", runId, ApprovalRole, state.PriorityOf(task), now)
        {
            Tenant = state.Submitted.Principal.Tenant,
            Data = view.ToByteArray(),
        });
    }

    private void AddToolApproval(RunState state, ToolApprovalRequested asked, DateTimeOffset now, List<QueueEntry> enqueue)
    {
        if (state.ToolApprovals.FirstOrDefault(approval => approval.Asked.ApprovalId == asked.ApprovalId) is not { } approval || !state.IsOpen(approval))
        {
            return;
        }

        var view = approval.View(state);
        if (view.CalculateSize() > MaxApprovalBytes)
        {
            view.Evidence = null;
        }

        enqueue.Add(new QueueEntry($"{runId}/{asked.ApprovalId}", runId, ApprovalRole, state.Submitted.Priority, now)
        {
            Tenant = state.Submitted.Principal.Tenant,
            Data = view.ToByteArray(),
        });
    }

    private static RunIndexEntry Index(RunState state, State status)
    {
        var summary = RunViews.Summary(state);
        return new RunIndexEntry(
            state.RunId, state.Submitted.Principal.Tenant, States.Name(status), summary.Playbook, state.CreatedAt, state.UpdatedAt,
            !status.IsTerminal(), summary.ToByteArray());
    }

    private static ByteString Hash(ReadOnlySpan<byte> data) => UnsafeByteOperations.UnsafeWrap(SHA256.HashData(data));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>The words for states as they stand in the contract.</summary>
internal static class States
{
    private static readonly Dictionary<State, string> Names = Enum.GetValues<State>().ToDictionary(
        state => state, state => CommonReflection.Descriptor.EnumTypes.First(type => type.Name == nameof(State)).FindValueByNumber((int)state).Name);

    /// <summary>E.g. <c>IN_PROGRESS</c>.</summary>
    public static string Name(State state) => Names[state];
}

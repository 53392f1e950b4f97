using System.Security.Cryptography;
using Google.Protobuf;
using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The stored log of one run: events to bytes and back, each bound to the one before by its hash.</summary>
internal sealed class RunLog(string runId, IRunStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan IndexEvery = TimeSpan.FromSeconds(1);
    private ByteString _lastHash = ByteString.Empty;
    private State _indexedStatus;
    private DateTimeOffset _indexedAt;

    /// <summary>Reads the log and gives the state that follows from it.</summary>
    public async Task<RunState> LoadAsync(CancellationToken ct)
    {
        var events = new List<RunEvent>();
        _lastHash = ByteString.Empty;
        await foreach (var stored in store.ReadAsync(runId, 0, ct))
        {
            events.Add(RunEvent.Parser.ParseFrom(stored.Data.Span));
            _lastHash = Hash(stored.Data.Span);
        }

        return RunState.Load(events);
    }

    /// <summary>
    /// Stores events with all that goes with them. While the store cannot be reached the same batch is repeated: it is
    /// idempotent, so an unknown outcome is settled by the next answer.
    /// </summary>
    /// <param name="state">The state after the events.</param>
    /// <param name="commands">What follows from the events: tells which queue entries go.</param>
    public async Task<AppendResult> AppendAsync(
        PartitionLease lease, RunState state, List<RunEvent> events, IReadOnlyList<RunCommand> commands, IReadOnlyList<ContextWrite> context, CancellationToken ct)
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
        var batch = new AppendBatch
        {
            RunId = runId,
            ExpectedVersion = events[0].Version - 1,
            BatchId = Guid.NewGuid().ToString("N"),
            Events = data,
            Enqueue = enqueue,
            Dequeue = dequeue,
            Index = index ? Index(state, status) : null,
            WakeAt = events[0].Version == 1 ? state.Deadline : null,
            Context = context,
        };
        var result = await RepeatAsync(lease, batch, ct);
        if (result.Status == AppendStatus.Appended)
        {
            _lastHash = hash;
            if (index)
            {
                (_indexedStatus, _indexedAt) = (status, now);
            }
        }

        return result;
    }

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
        var enqueue = new List<QueueEntry>();
        var dequeue = new List<string>();
        foreach (var e in events)
        {
            if (e.BodyCase == RunEvent.BodyOneofCase.TaskQueued && state.Find(e.TaskQueued.TaskId) is { Queued: true } task)
            {
                enqueue.Add(QueuedTask.Of(state, task, now).ToEntry());
            }
            else if (e.BodyCase == RunEvent.BodyOneofCase.TaskStarted)
            {
                dequeue.Add($"{runId}/{e.TaskStarted.TaskId}");
            }
            else if (e.BodyCase == RunEvent.BodyOneofCase.TaskFailed)
            {
                dequeue.Add($"{runId}/{e.TaskFailed.TaskId}");
            }
        }

        dequeue.AddRange(commands.OfType<RunCommand.Withdraw>().Select(withdraw => $"{runId}/{withdraw.TaskId}"));
        return (enqueue, dequeue);
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

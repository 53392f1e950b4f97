using System.Diagnostics.CodeAnalysis;
using Agents.Hosting.Definitions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>Why an attempt is asked to end before its work is done.</summary>
internal enum StopReason
{
    None,
    Cancelled,
    TimedOut,
    Stopping,
}

/// <summary>One attempt: its events in order, and whoever follows them. It goes on when nobody does.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing to release, and the agent's code may use the token after the end.")]
internal sealed class Attempt
{
    private const int MaxChunkCharacters = 4 * 1024 * 1024;
    private const int OwnBytes = 2048; // without events: its objects, and its places in the table
    private static readonly TaskAssignment s_over = new();
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private readonly Lock _gate = new();
    private readonly List<TaskEvent> _events = new(2);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TimeProvider _time;
    private TaskCompletionSource? _more;
    private IServerStreamWriter<TaskEvent>? _inlineWriter;
    private CancellationToken _inlineCancellation;
    private Task? _inlineFollower;
    private IEventSink? _sink;
    private long _sinkCall;
    private int _chunkCharacters;
    private bool _claimed;
    private bool _ended;

    public Attempt(TaskAssignment assignment, TaskHandler? handler, DateTimeOffset deadline, TimeProvider time)
    {
        Assignment = assignment;
        Credential = assignment.Credential;
        Handler = handler;
        Deadline = deadline;
        _time = time;
        StartedAt = time.GetTimestamp();
        Progress = new ProgressGate(this, time);
        Append(new TaskEvent { Accepted = new TaskAccepted() }, wakes: false);
        Node = new LinkedListNode<Attempt>(this);
    }

    /// <summary>What is to be done; empty once the attempt has ended: who comes back for its events does not ask.</summary>
    public TaskAssignment Assignment { get; private set; }

    public AttemptCredential Credential { get; }

    public AttemptId Id => new(Credential.RunId, Credential.TaskId, Credential.Attempt);

    public TaskHandler? Handler { get; }

    public DateTimeOffset Deadline { get; }

    /// <summary>Timestamp of the start.</summary>
    public long StartedAt { get; }

    public ProgressGate Progress { get; }

    public CancellationToken Cancellation => _cancellation.Token;

    public StopReason Stop { get; private set; }

    public string StopDetail { get; private set; } = "";

    /// <summary>When the agent's code was asked to end.</summary>
    public DateTimeOffset StoppedAt { get; private set; }

    /// <summary>Whether how it ends is decided.</summary>
    public bool Ended
    {
        get
        {
            lock (_gate)
                return _claimed;
        }
    }

    // The table's own bookkeeping, under the table's lock.
    internal LinkedListNode<Attempt> Node { get; }

    internal bool HoldsSlot { get; set; }

    internal DateTimeOffset FinishedAt { get; set; }

    /// <summary>Bytes of its events.</summary>
    internal long EventBytes { get; private set; }

    /// <summary>Bytes that it takes, about, once it has ended.</summary>
    internal long KeptBytes => EventBytes + Credential.CalculateSize() + OwnBytes;

    /// <summary>Asks the agent's code to end. Only the first reason counts.</summary>
    /// <returns>Whether it was still running and had not been asked before.</returns>
    public bool TryStop(StopReason reason, string detail)
    {
        lock (_gate)
        {
            if (_claimed || Stop != StopReason.None)
                return false;

            Stop = reason;
            StopDetail = detail;
            StoppedAt = _time.GetUtcNow();
        }

        // Callbacks of the agent's code run elsewhere: neither a caller nor the sweep waits for them.
        _ = _cancellation.CancelAsync();
        return true;
    }

    /// <summary>Whether the caller is the one who writes the last event. From then on <see cref="Stop"/> does not change.</summary>
    public bool TryClaimEnd()
    {
        lock (_gate)
        {
            var first = !_claimed;
            _claimed = true;
            return first;
        }
    }

    /// <summary>Adds an event that the agent's code reports. Events after the last are dropped.</summary>
    public void Report(TaskEvent taskEvent) => Append(taskEvent, wakes: true);

    /// <summary>Adds text for people who watch, up to a limit an attempt.</summary>
    public void ReportChunk(string text)
    {
        lock (_gate)
        {
            if (_chunkCharacters >= MaxChunkCharacters)
                return;

            _chunkCharacters += text.Length;
            if (_chunkCharacters >= MaxChunkCharacters)
                text = "\n… (more output is not shown)\n";
        }

        Report(new TaskEvent { OutputChunk = new OutputChunk { Text = text } });
    }

    /// <summary>Adds the last event, after <see cref="TryClaimEnd"/>.</summary>
    public void End(TaskEvent last, bool byHandler) => Append(last, wakes: !byHandler, last: true);

    /// <summary>Says that the agent's code starts on the thread of the call: events that it reports meanwhile are sent by another.</summary>
    public void BeginInline(IServerStreamWriter<TaskEvent> writer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _inlineWriter = writer;
            _inlineCancellation = cancellationToken;
        }
    }

    /// <summary>Says that the thread of the call is free again.</summary>
    /// <returns>Who sends the events already. Null: nobody yet.</returns>
    public Task? EndInline()
    {
        lock (_gate)
        {
            _inlineWriter = null;
            return _inlineFollower;
        }
    }

    /// <summary>Hands the events, those that are there and all that come, to a sink.</summary>
    public void SendTo(IEventSink sink, long call)
    {
        lock (_gate)
        {
            foreach (var taskEvent in _events)
                sink.Take(call, taskEvent, taskEvent.CalculateSize());
            if (!_ended)
                (_sink, _sinkCall) = (sink, call);
        }
    }

    /// <summary>Sends the events after one, as they come, until the last.</summary>
    public Task FollowAsync(long afterSeq, IServerStreamWriter<TaskEvent> writer, CancellationToken cancellationToken) =>
        FollowAsync(afterSeq, writer, callEndsWithIt: true, cancellationToken);

    private async Task FollowAsync(long afterSeq, IServerStreamWriter<TaskEvent> writer, bool callEndsWithIt, CancellationToken cancellationToken)
    {
        var next = (int)afterSeq;
        while (true)
        {
            TaskEvent? taskEvent = null;
            Task? more = null;
            bool flush;
            lock (_gate)
            {
                // The end of the call flushes by itself, so a short attempt leaves in one packet.
                flush = next + 1 >= _events.Count && !(_ended && callEndsWithIt);
                if (next < _events.Count)
                    taskEvent = _events[next++];
                else if (_ended)
                    return;
                else
                    more = (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (taskEvent is null)
            {
                await more!.WaitAsync(cancellationToken);
                continue;
            }

            // On an IServerStreamWriter these options are those of the next message.
            writer.WriteOptions = flush ? null : Buffered;
            await writer.WriteAsync(taskEvent, cancellationToken);
        }
    }

    public long Count
    {
        get
        {
            lock (_gate)
                return _events.Count;
        }
    }

    public IReadOnlyList<TaskEvent> Snapshot()
    {
        lock (_gate)
            return [.. _events];
    }

    /// <summary>Says that it is about to end: from here on only its events, with the last one, are kept.</summary>
    public void KeepEvents(TaskEvent last)
    {
        lock (_gate)
        {
            EventBytes = _events.Sum(taskEvent => (long)taskEvent.CalculateSize()) + last.CalculateSize();
            Assignment = s_over;
        }
    }

    private void Append(TaskEvent taskEvent, bool wakes, bool last = false)
    {
        taskEvent.Time = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        TaskCompletionSource? more;
        lock (_gate)
        {
            if (_ended)
                return;

            _events.Add(taskEvent);
            taskEvent.Seq = _events.Count;
            _ended = last;
            more = _more;
            _more = null;
            _sink?.Take(_sinkCall, taskEvent, last ? EventBytes : taskEvent.CalculateSize());
            _sink = last ? null : _sink;
            if (wakes && _inlineWriter is { } writer)
                _inlineFollower ??= Task.Run(() => FollowAsync(0, writer, callEndsWithIt: false, _inlineCancellation), CancellationToken.None);
        }

        more?.SetResult();
    }
}

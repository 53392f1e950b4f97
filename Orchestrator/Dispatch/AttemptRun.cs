using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;
using ServiceDefaults;

namespace Orchestrator.Dispatch;

/// <summary>One recorded attempt, from the call to its instance to its end.</summary>
/// <remarks>
/// <code>
///   Start ──→ the instance's work stream ──events──→ result ─→ contract ─→ Succeed
///     │             │ the stream broke                 └────────────────→ Fail(INVALID_OUTPUT)
///     │ large, recovering, or no such stream
///     └──→ AttemptCalls: Execute or Attach, an own call ──events──→ …
///                   │ NOT_FOUND (a tombstone is left), nothing listens there, or the liveness window has passed
///                   └→ Fail(INSTANCE_LOST)           time is up → health check → Cancel → Fail(TIMEOUT)
/// </code>
/// Whoever ends it first (a result, a failure, the deadline, a stop) closes it; the others find it closed.
/// </remarks>
internal sealed class AttemptRun : RingNode<AttemptRun>
{
    private const long ProgressEveryMilliseconds = 1000;
    private const int MaxStreamedBytes = 512 * 1024;
    private readonly Lock _gate = new();
    private readonly string _instanceId;
    private readonly bool _recovering;
    private InstanceUse? _occupied;
    private WorkStream? _stream;
    private long _call;
    private CancellationTokenSource? _following;
    private Activity? _activity;
    private long _lastProgress;
    private volatile bool _closed;

    public AttemptRun(RunProcessor run, RunServices services, TaskAssignment assignment, string instanceId, bool recovering)
    {
        Run = run;
        Services = services;
        Assignment = assignment;
        _instanceId = instanceId;
        _recovering = recovering;
        Deadline = assignment.Deadline.ToDateTimeOffset();
        assignment.Credential.Holder = services.Registry.Find(instanceId)?.Holder ?? Google.Protobuf.ByteString.Empty;
        services.Credentials.Sign(assignment.Credential);
    }

    /// <summary>Fields of the output that stay in the log even when it becomes an artifact.</summary>
    public required IReadOnlySet<string> NeededFields { get; init; }

    /// <summary>Whether tasks of the plan are told of the output in their windows.</summary>
    public bool HasWindows { get; init; }

    public required string Tenant { get; init; }

    /// <summary>Whether the core itself reads the output, so that it must not become an artifact.</summary>
    public bool Inline => Kind is TaskKind.Plan or TaskKind.Review or TaskKind.Turn;

    /// <summary>The last event that is recorded or was seen; what comes again up to it is left out.</summary>
    public long LastSeq { get; set; }

    /// <summary>What its task is.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>Whom it is for.</summary>
    public RunProcessor Run { get; }

    public RunServices Services { get; }

    public TaskAssignment Assignment { get; }

    public DateTimeOffset Deadline { get; }

    /// <summary>Where it is on the wheel of <see cref="Deadlines"/>, whose lock guards it; 0: nowhere.</summary>
    public long DueTick { get; set; }

    public string RunId => Run.RunId;

    public string TaskId => Assignment.Credential.TaskId;

    public int Attempt => Assignment.Credential.Attempt;

    /// <summary>Epoch of the lease under which this replica works on the run now.</summary>
    public long Epoch => Run.Epoch;

    /// <summary>Where it runs; null: not known yet.</summary>
    public Instance? Instance { get; private set; }

    public string InstanceName => Instance?.Name ?? _instanceId;

    public void Start()
    {
        Services.Dispatcher.Deadlines.Add(this);
        _activity = AttemptTrace.Start(this, _recovering);
        if (_recovering)
        {
            Follow(new AttemptCalls(this, Services, attach: true, broke: ""));
            return;
        }

        // The reservation is there, whether the instance still is or not.
        _occupied = Services.Registry.UseOf(_instanceId);
        Instance = Services.Registry.Find(_instanceId);
        if (Instance is null)
        {
            End(AttemptFailures.Lost(_instanceId, "it has left"));
            return;
        }

        _activity?.SetTag(GenAi.AgentId, Instance.Name);
        Assignment.TraceParent = _activity?.Id ?? "";
        if (OutputRules.InputIsFine(Assignment, Instance))
        {
            Send();
        }
        else
        {
            // The whole check takes far longer than the rest, and the run's processor waits for this method.
            ThreadPool.UnsafeQueueUserWorkItem(static attempt => attempt.CheckInput(), this, preferLocal: false);
        }
    }

    /// <summary>It has failed, as its span is to say.</summary>
    public void MarkFailed(Failure failure) => GenAi.Failed(_activity, failure.Code);

    /// <summary>The attempt is no longer wanted: the instance is told, and nothing more is reported.</summary>
    public void Stop(string reason)
    {
        if (TryClose())
        {
            if (Instance is { } instance)
            {
                _ = AttemptCalls.CancelAsync(this, instance, reason, Services);
            }

            _activity?.SetTag("agents.stopped", reason);
            Leave();
        }
    }

    /// <summary>Lets go of the attempt without stopping it.</summary>
    public void Detach()
    {
        if (TryClose())
        {
            Leave();
        }
    }

    /// <summary>Its time is up.</summary>
    public void OnDeadline()
    {
        if (TryClose())
        {
            _ = TimeOutAsync();
        }
    }

    /// <summary>The instance did not take it.</summary>
    public void OnRefused(RpcException e)
    {
        if (e.StatusCode == StatusCode.AlreadyExists)
        {
            Follow(new AttemptCalls(this, Services, attach: true, broke: "it is known there already"));
            return;
        }

        End(AttemptFailures.Of(e, Instance!.Name, attached: false) ?? AttemptFailures.Lost(Instance.Name, e.Status.Detail));
    }

    /// <summary>The stream broke before its end.</summary>
    public void OnBroken(RpcException e)
    {
        var hasNoStreams = e.StatusCode == StatusCode.Unimplemented;
        if (hasNoStreams)
        {
            Instance!.Streams.Unsupported();
        }

        Follow(new AttemptCalls(this, Services, attach: !hasNoStreams, broke: hasNoStreams ? "" : e.Status.Detail));
    }

    /// <summary>Takes one event of the attempt's stream.</summary>
    /// <returns>True when it was the last.</returns>
    public bool OnEvent(TaskEvent e)
    {
        var isNew = e.Seq > LastSeq;
        LastSeq = Math.Max(LastSeq, e.Seq);
        switch (e.EventCase)
        {
            case TaskEvent.EventOneofCase.Progress when isNew && !_closed:
                var now = Services.Time.GetUtcNow().ToUnixTimeMilliseconds();
                if (now - _lastProgress >= ProgressEveryMilliseconds)
                {
                    _lastProgress = now;
                    Run.Post(new RunInput.Progress(TaskId, Attempt, e.Progress.Fraction, e.Progress.Message, e.Seq));
                }

                return false;
            case TaskEvent.EventOneofCase.ToolCall when isNew && !_closed:
                Run.Post(new RunInput.ToolUsed(TaskId, Attempt, e.ToolCall, e.Seq));
                return false;
            case TaskEvent.EventOneofCase.ModelCall when isNew && !_closed:
                Run.Post(new RunInput.ModelUsed(TaskId, Attempt, e.ModelCall, e.Seq));
                return false;
            case TaskEvent.EventOneofCase.Result:
                if (TryClose())
                {
                    AttemptOutcome.Succeed(this, e.Seq, e.Result);
                }

                return true;
            case TaskEvent.EventOneofCase.Failure:
                End(e.Failure, e.Failure.Code == FailureCodes.Timeout ? Dispatch.Instance.Answers : "");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Ends it badly, unless it is closed.</summary>
    public void End(Failure failure, string health = "")
    {
        if (TryClose())
        {
            AttemptOutcome.Fail(this, failure, health);
            Leave();
        }
    }

    /// <summary>It is found to run at an instance, which it may not have been counted at yet.</summary>
    /// <returns>False when it is closed.</returns>
    public bool MoveTo(Instance instance)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            Instance = instance;
            if (_occupied is null)
            {
                _occupied = instance.Use;
                Services.Dispatcher.Occupy(instance.Use, Tenant);
            }

            return true;
        }
    }

    private void CheckInput()
    {
        try
        {
            if (OutputRules.InputViolations(Assignment, Instance!) is { Count: > 0 } violations)
            {
                End(AttemptFailures.InvalidInput(Assignment, violations));
                return;
            }

            Send();
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    private void Send()
    {
        if (_closed)
        {
            return;
        }

        var bytes = Assignment.CalculateSize();
        _stream = bytes <= MaxStreamedBytes ? Instance!.Streams.TryAdd(this, Assignment, bytes, out _call) : null;
        if (_stream is null)
        {
            Follow(new AttemptCalls(this, Services, attach: false, broke: ""));
        }
        else if (_closed)
        {
            _stream.Drop(_call);
        }
    }

    private void Follow(AttemptCalls calls)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _following ??= new CancellationTokenSource();
        }

        _ = FollowAsync(calls, _following.Token);
    }

    private async Task FollowAsync(AttemptCalls calls, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            await calls.FollowAsync(_instanceId, ct);
        }
        catch (OperationCanceledException) when (_closed)
        {
            // Stopped, detached, or too late.
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    // Only for what nobody foresaw.
    private void Break(Exception e)
    {
        DispatchLog.RunnerBroke(Services.Logger, RunId, TaskId, e);
        End(AttemptFailures.Internal(e));
    }

    private async Task TimeOutAsync()
    {
        var health = "gone from the registry";
        if (Instance is { } instance)
        {
            health = await instance.CheckHealthAsync(CancellationToken.None);
            await AttemptCalls.CancelAsync(this, instance, "its time is up", Services);
        }

        AttemptOutcome.Fail(this, AttemptFailures.TimedOut(InstanceName, Assignment.Constraints.TimeLimit), health);
        Leave();
    }

    private bool TryClose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _closed = true;
        }

        Services.Dispatcher.Deadlines.Remove(this);
        _stream?.Drop(_call);
        _following?.Cancel();
        return true;
    }

    /// <summary>After all was said: gives back its place, which may already be for what follows.</summary>
    public void Leave()
    {
        Run.Forget(this);
        if (_occupied is { } use)
        {
            Services.Dispatcher.Release(use, Tenant);
        }

        _activity?.Dispose();
    }
}

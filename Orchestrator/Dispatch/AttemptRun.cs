using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>One recorded attempt, from the call to its instance to its end.</summary>
/// <remarks>
/// <code>
///   Execute ──events──→ result ─→ contract ─→ Succeed
///      │ stream broke                   └───→ Fail(INVALID_OUTPUT)
///      └→ Attach(after the last event) ──events──→ …
///            │ NOT_FOUND (a tombstone is left), nothing listens there, or the liveness window has passed
///            └→ Fail(INSTANCE_LOST)           time is up → health check → Cancel → Fail(TIMEOUT)
/// </code>
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes it at its end")]
internal sealed class AttemptRun
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);
    private readonly RunProcessor _run;
    private readonly RunServices _services;
    private readonly TaskAssignment _assignment;
    private readonly string _instanceId;
    private readonly bool _recovering;
    private readonly CancellationTokenSource _stopping = new();
    private Instance? _instance;
    private DateTimeOffset _lastProgress;
    private string _stopReason = "";

    public AttemptRun(RunProcessor run, RunServices services, TaskAssignment assignment, string instanceId, bool recovering)
    {
        _run = run;
        _services = services;
        _assignment = assignment;
        _instanceId = instanceId;
        _recovering = recovering;
        services.Credentials.Sign(assignment.Credential);
    }

    /// <summary>Fields of the output that stay in the log even when it becomes an artifact.</summary>
    public required IReadOnlySet<string> NeededFields { get; init; }

    public required string Tenant { get; init; }

    /// <summary>Whether the core itself reads the output, so that it must not become an artifact.</summary>
    public required bool Inline { get; init; }

    public string TaskId => _assignment.Credential.TaskId;

    public int Attempt => _assignment.Credential.Attempt;

    public void Start() => _ = RunAsync();

    /// <summary>The attempt is no longer wanted: the instance is told, and nothing more is reported.</summary>
    public void Stop(string reason)
    {
        _stopReason = reason;
        Detach();
        if (_instance is { } instance)
        {
            _ = CancelAsync(instance, reason);
        }
    }

    /// <summary>Lets go of the attempt without stopping it.</summary>
    public void Detach()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        var reserved = !_recovering;
        try
        {
            _instance = _services.Registry.Find(_instanceId)
                ?? await _services.Registry.WaitForAsync(_instanceId, _services.Options.Liveness, _stopping.Token);
            if (_instance is null)
            {
                Fail(Lost($"its instance did not come back within {_services.Options.LivenessSeconds} s"));
                return;
            }

            if (!reserved)
            {
                _services.Dispatcher.Occupy(_instance);
                reserved = true;
            }

            if (_stopReason.Length > 0)
            {
                return;
            }

            if (!_recovering && OutputRules.InputViolations(_assignment, _instance) is { Count: > 0 } violations)
            {
                Fail(new Failure
                {
                    Code = FailureCodes.InvalidInput,
                    Message = $"The input breaks the contract of '{_assignment.ToAgent}.{_assignment.TaskType}': {string.Join("; ", violations)}",
                    FailureClass = FailureClass.Permanent,
                });
                return;
            }

            await OutputRules.ShrinkAsync(_assignment, _services.Artifacts, Tenant, _stopping.Token);
            await FollowAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped or detached.
        }
        catch (Exception e)
        {
            DispatchLog.RunnerBroke(_services.Logger, _run.RunId, TaskId, e);
            Fail(new Failure { Code = "INTERNAL", Message = $"The orchestrator could not follow the attempt: {e.Message}", Retryable = true, FailureClass = FailureClass.Transient });
        }
        finally
        {
            _run.Forget(this);
            if (reserved && _instance is not null)
            {
                _services.Dispatcher.Release(_instance);
            }

            _stopping.Dispose();
        }
    }

    private async Task FollowAsync()
    {
        var left = _assignment.Deadline.ToDateTimeOffset() - _services.Time.GetUtcNow();
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, late.Token);
        var attach = _recovering;
        var seen = 0L;
        DateTimeOffset? brokeAt = null;
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            string broke;
            var nothingListens = false;
            try
            {
                using var call = attach
                    ? _instance!.Client.Attach(new AttachRequest { Credential = _assignment.Credential, AfterSeq = seen }, cancellationToken: either.Token)
                    : _instance!.Client.Execute(new ExecuteRequest { Assignment = _assignment }, cancellationToken: either.Token);
                while (await call.ResponseStream.MoveNext(either.Token))
                {
                    var e = call.ResponseStream.Current;
                    seen = e.Seq;
                    brokeAt = null;
                    if (await TakeAsync(e))
                    {
                        return;
                    }
                }

                broke = "it ended without a result";
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException && either.IsCancellationRequested)
            {
                _stopping.Token.ThrowIfCancellationRequested();
                await TimeOutAsync();
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists && !attach)
            {
                attach = true;
                continue;
            }
            catch (RpcException e) when (Verdict(e, attach) is { } failure)
            {
                Fail(failure);
                return;
            }
            catch (RpcException e)
            {
                broke = e.Status.Detail;
                nothingListens = Refuses(e);
            }

            attach = true;
            var now = _services.Time.GetUtcNow();
            if (brokeAt is null)
            {
                DispatchLog.Attaching(_services.Logger, _run.RunId, TaskId, Attempt, _instance!.Name, broke);
            }

            brokeAt ??= now;
            if ((nothingListens && _instance!.Gone.IsCancellationRequested) || now - brokeAt > _services.Options.Liveness)
            {
                Fail(Lost(broke));
                return;
            }

            await Task.Delay(pause, _services.Time, _stopping.Token);
            pause = pause < TimeSpan.FromSeconds(1) ? pause * 2 : pause;
            _instance = Follow(_services.Registry.Find(_instanceId)) ?? _instance;
        }
    }

    // The instance may have joined anew; its slot is counted where it lives now.
    private Instance? Follow(Instance? current)
    {
        if (current is not null && current != _instance)
        {
            _services.Dispatcher.Occupy(current);
            _services.Dispatcher.Release(_instance!);
        }

        return current;
    }

    /// <summary>Takes one event of the stream.</summary>
    /// <returns>True when it was the last.</returns>
    private async Task<bool> TakeAsync(TaskEvent e)
    {
        switch (e.EventCase)
        {
            case TaskEvent.EventOneofCase.Progress when _services.Time.GetUtcNow() is var now && now - _lastProgress >= ProgressEvery:
                _lastProgress = now;
                _run.Post(new RunInput.Progress(TaskId, Attempt, e.Progress.Fraction, e.Progress.Message));
                return false;
            case TaskEvent.EventOneofCase.ToolCall:
                _run.Post(new RunInput.ToolUsed(TaskId, Attempt, e.ToolCall));
                return false;
            case TaskEvent.EventOneofCase.Result:
                await SucceedAsync(e.Seq, e.Result);
                return true;
            case TaskEvent.EventOneofCase.Failure:
                Fail(e.Failure);
                return true;
            default:
                return false;
        }
    }

    private async Task SucceedAsync(long seq, TaskResult result)
    {
        var output = result.Output ?? new Struct();
        if (OutputRules.OutputViolations(_assignment, _instance!, output, result.Artifacts) is { Count: > 0 } violations)
        {
            Fail(OutputRules.Invalid(violations));
            return;
        }

        ArtifactRef? reference = null;
        if (!Inline && output.CalculateSize() > _services.Options.InlineBytes)
        {
            reference = await OutputRules.StoreAsync(_services.Artifacts, Tenant, $"{TaskId}.json", output, _stopping.Token);
            output = OutputRules.Keep(output, NeededFields);
        }

        _run.Post(new RunInput.Succeed(TaskId, Attempt, output, reference, result.Artifacts, result.Usage, seq));
    }

    private async Task TimeOutAsync()
    {
        var health = await _instance!.CheckHealthAsync(_stopping.Token);
        await CancelAsync(_instance, "its time is up");
        var limit = _assignment.Constraints.TimeLimit > 0 ? $" of {_assignment.Constraints.TimeLimit} s" : "";
        Fail(new Failure
        {
            Code = FailureCodes.Timeout,
            Message = $"No result from {_instance.Name} within the time limit{limit}.",
            Retryable = true,
            FailureClass = FailureClass.Transient,
        }, health);
    }

    private void Fail(Failure failure, string health = "")
    {
        DispatchLog.AttemptFailed(_services.Logger, _run.RunId, TaskId, Attempt, _instance?.Name ?? _instanceId, failure.Code, failure.Message);
        if (failure.Code == FailureCodes.InstanceLost && health.Length == 0)
        {
            health = _instance is null || _instance.Gone.IsCancellationRequested ? "gone from the registry" : "still in the registry";
        }

        _run.Post(new RunInput.Fail(TaskId, Attempt, failure, health));
    }

    private Failure Lost(string why) => new()
    {
        Code = FailureCodes.InstanceLost,
        Message = $"Instance {_instance?.Name ?? _instanceId} is lost: {why}.",
        Retryable = true,
        FailureClass = FailureClass.Transient,
    };

    // Null: the answer says nothing about the attempt, the connection is the trouble.
    private Failure? Verdict(RpcException e, bool attach) => e.StatusCode switch
    {
        StatusCode.NotFound when attach => Lost("it does not know the attempt"),
        StatusCode.ResourceExhausted when !attach => new Failure
        {
            Code = FailureCodes.InstanceFull,
            Message = $"Instance {_instance!.Name} is full.",
            Retryable = true,
            FailureClass = FailureClass.Transient,
        },
        StatusCode.FailedPrecondition => new Failure
        {
            Code = "INSTANCE_REFUSED",
            Message = $"Instance {_instance!.Name} refused: {e.Status.Detail}",
            Retryable = true,
            FailureClass = FailureClass.Transient,
        },
        StatusCode.InvalidArgument or StatusCode.Unimplemented or StatusCode.PermissionDenied or StatusCode.Unauthenticated => new Failure
        {
            Code = FailureCodes.InvalidInput,
            Message = $"Instance {_instance!.Name} refused: {e.Status.Detail}",
            FailureClass = FailureClass.Permanent,
        },
        _ => null,
    };

    // The host answers that nothing listens on the port: the process is gone, so there is nothing to wait for.
    private static bool Refuses(RpcException e)
    {
        for (var inner = e.Status.DebugException; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return true;
            }
        }

        return false;
    }

    private async Task CancelAsync(Instance instance, string reason)
    {
        try
        {
            await instance.Client.CancelAsync(new CancelRequest { Credential = _assignment.Credential, Reason = reason }, cancellationToken: instance.Gone)
                .ResponseAsync.WaitAsync(TimeSpan.FromSeconds(3), _services.Time);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            DispatchLog.CallBackFailed(_services.Logger, instance.Name, e.Message);
        }
    }
}

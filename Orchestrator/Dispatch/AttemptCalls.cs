using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Follows one attempt by calls of its own: where its instance has no work streams, where it is large, and whenever a stream broke.</summary>
internal sealed class AttemptCalls(AttemptRun attempt, RunServices services, bool attach, string broke)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(3);
    private bool _attach = attach;

    /// <summary>Until the attempt is closed.</summary>
    public async Task FollowAsync(string instanceId, CancellationToken ct)
    {
        var found = services.Registry.Find(instanceId)
            ?? attempt.Instance
            ?? await services.Registry.WaitForAsync(instanceId, services.Options.Liveness, ct);
        if (found is null)
        {
            attempt.End(AttemptFailures.Lost(instanceId, $"it did not come back within {services.Options.LivenessSeconds} s"));
            return;
        }

        if (!attempt.MoveTo(found))
        {
            return;
        }

        if (!_attach)
        {
            await OutputRules.ShrinkAsync(attempt.Assignment, services.Artifacts, attempt.Tenant, ct);
        }
        else if (broke.Length > 0)
        {
            DispatchLog.Attaching(services.Logger, attempt.RunId, attempt.TaskId, attempt.Attempt, found.Name, broke);
        }

        await KeepFollowingAsync(instanceId, ct);
    }

    /// <summary>Tells an instance that the attempt is no longer wanted there.</summary>
    public static async Task CancelAsync(AttemptRun attempt, Instance instance, string reason, RunServices services)
    {
        try
        {
            await instance.Client.CancelAsync(new CancelRequest { Credential = attempt.Assignment.Credential, Reason = reason, Epoch = attempt.Epoch }, cancellationToken: instance.Gone)
                .ResponseAsync.WaitAsync(CancelTime, services.Time);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            DispatchLog.CallBackFailed(services.Logger, instance.Name, e.Message);
        }
    }

    private async Task KeepFollowingAsync(string instanceId, CancellationToken ct)
    {
        DateTimeOffset? brokeAt = broke.Length > 0 ? services.Time.GetUtcNow() : null;
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            var instance = attempt.Instance!;
            string why;
            var nothingListens = false;
            try
            {
                if (await FollowOnceAsync(instance, () => brokeAt = null, ct))
                {
                    return;
                }

                why = "it ended without a result";
            }
            catch (RpcException e) when (!ct.IsCancellationRequested)
            {
                if (e.StatusCode == StatusCode.AlreadyExists && !_attach)
                {
                    _attach = true;
                    continue;
                }

                if (AttemptFailures.Of(e, instance.Name, _attach) is { } failure)
                {
                    attempt.End(failure);
                    return;
                }

                why = e.Status.Detail;
                nothingListens = AttemptFailures.NothingListens(e);
            }
            catch (RpcException)
            {
                return; // Closed meanwhile.
            }
            catch (ObjectDisposedException) when (instance.IsGone)
            {
                why = "it has left";
            }

            _attach = true;
            var now = services.Time.GetUtcNow();
            if (brokeAt is null)
            {
                DispatchLog.Attaching(services.Logger, attempt.RunId, attempt.TaskId, attempt.Attempt, instance.Name, why);
            }

            brokeAt ??= now;
            var isSilent = now - instance.LastSeenAt > services.Options.Liveness;
            if ((instance.IsGone && (nothingListens || isSilent)) || now - brokeAt > services.Options.Liveness)
            {
                attempt.End(AttemptFailures.Lost(instance.Name, why));
                return;
            }

            await Task.Delay(pause, services.Time, ct);
            pause = pause < LongestPause ? pause * 2 : pause;

            // The instance may have joined anew.
            if (services.Registry.Find(instanceId) is { } current && !attempt.MoveTo(current))
            {
                return;
            }
        }
    }

    /// <returns>True when the last event has come.</returns>
    private async Task<bool> FollowOnceAsync(Instance instance, Action onEvent, CancellationToken ct)
    {
        using var call = _attach
            ? instance.Client.Attach(new AttachRequest { Credential = attempt.Assignment.Credential, AfterSeq = attempt.LastSeq, Epoch = attempt.Epoch }, cancellationToken: ct)
            : instance.Client.Execute(new ExecuteRequest { Assignment = attempt.Assignment }, cancellationToken: ct);
        while (await call.ResponseStream.MoveNext(ct))
        {
            onEvent();
            if (attempt.OnEvent(call.ResponseStream.Current))
            {
                return true;
            }
        }

        return false;
    }
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Schedules;

/// <summary>
/// One schedule in the replica that owns its partition: the only one who starts its runs and changes it.
/// </summary>
/// <remarks>
/// <code>
///   due ─→ Submit(request id = name and due time) ─→ append fired(run), next wake time
///             │ refused for good, or for longer than the patience ─→ append missed(reason), next wake time
///             └ a crash between the two: the next owner finds the old wake time and submits the same again
/// </code>
/// </remarks>
internal sealed class ScheduleKeeper(
    string logId, PartitionLease lease, ScheduleStore store, Func<IRunEngine> engine, TimeProvider time, ILogger logger, CancellationToken stopping) : IDisposable
{
    /// <summary>How late a start may be and still be made: longer than a take-over takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _timerLock = new();
    private ITimer? _timer;
    private bool _disposed;
    private DateTimeOffset? _firstTriedAt;

    /// <summary>Its log.</summary>
    public string LogId => logId;

    /// <summary>The lease under which it writes.</summary>
    public PartitionLease Lease => lease;

    /// <summary>Sets the clock for its next start; null: there is none.</summary>
    public void Arm(DateTimeOffset? at)
    {
        lock (_timerLock)
        {
            _timer?.Dispose();
            _timer = null;
            if (at is not { } due || _disposed || stopping.IsCancellationRequested)
                return;
            var left = due - time.GetUtcNow();
            _timer = time.CreateTimer(_ => Wake(), null, left <= TimeSpan.Zero ? TimeSpan.Zero : left < s_longestTimer ? left : s_longestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Looks whether a start is due. Returns at once.</summary>
    public void Wake() => _ = WakeAsync(restore: false);

    /// <summary>Ends what a crash interrupted, then looks whether a start is due. Returns at once, and whatever is asked next waits for it.</summary>
    public void Restore() => _ = WakeAsync(restore: true);

    /// <summary>Makes the schedule, or replaces it.</summary>
    public async Task<ScheduleView> PutAsync(PutScheduleRequest request, Principal principal, CancellationToken ct)
    {
        // Once begun it is done, also for a client that went away: what is stored and the timer must agree.
        await _gate.WaitAsync(ct);
        try
        {
            while (true)
            {
                var old = await store.ReadAsync(logId, stopping);
                if (old is not null && request.RequestId.Length > 0 && old.RequestId == request.RequestId)
                    return Views.Of(old);
                var record = Replace(old, request, principal, time.GetUtcNow());
                var put = new SchedulePut { Principal = principal, Schedule = request.Schedule, RequestId = request.RequestId };
                if (!await AppendAsync(record, new ScheduleEvent { Put = put }, stopping))
                    continue;
                _firstTriedAt = null;
                Arm(record.NextAt?.ToDateTimeOffset());
                return Views.Of(record);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Deletes the schedule.</summary>
    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (await store.ReadAsync(logId, stopping) is null)
                return false;
            await store.DeleteAsync(lease, logId, stopping);
            Arm(null);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        lock (_timerLock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private static ScheduleRecord Replace(ScheduleRecord? old, PutScheduleRequest request, Principal principal, DateTimeOffset now)
    {
        // The store keeps times to the millisecond.
        now = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var record = old?.Clone() ?? new ScheduleRecord { CreatedAt = Timestamp.FromDateTimeOffset(now) };
        var schedule = request.Schedule;
        var sameTimes = old is { NextAt: not null } && old.Schedule.Cron == schedule.Cron && old.Schedule.TimeZone == schedule.TimeZone && old.Schedule.Every == schedule.Every;
        (record.Principal, record.Schedule, record.RequestId) = (principal, schedule.Clone(), request.RequestId);
        if (schedule.Paused)
            record.NextAt = null;
        else if (!sameTimes)
            record.NextAt = Stamp(ScheduleTimes.Next(schedule, null, now));
        return record;
    }

    private async Task WakeAsync(bool restore)
    {
        try
        {
            await _gate.WaitAsync(stopping);
            try
            {
                if (restore)
                    await store.RestoreAsync(lease, logId, stopping);
                while (await StepAsync(stopping))
                {
                    // Another start may be due already.
                }
            }
            finally
            {
                _gate.Release();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The partition is another's now.
        }
        catch (LeaseLostException)
        {
            Dispose();
        }
        catch (Exception e)
        {
            if (e is not StoreUnavailableException)
                ScheduleLogMessages.Broke(logger, logId, e);
            Arm(time.GetUtcNow() + s_pause);
        }
    }

    /// <summary>Makes the start that is due.</summary>
    /// <returns>Whether to look again.</returns>
    private async Task<bool> StepAsync(CancellationToken ct)
    {
        var record = await store.ReadAsync(logId, ct);
        var now = time.GetUtcNow();
        if (record?.NextAt?.ToDateTimeOffset() is not { } next || next > now)
        {
            Arm(record?.NextAt?.ToDateTimeOffset());
            return false;
        }

        var due = ScheduleTimes.Latest(record.Schedule, next, now);
        var (run, problem, again) = await StartAsync(record, due, now, ct);
        if (again)
        {
            ScheduleLogMessages.TriedAgain(logger, logId, due, problem);
            Arm(time.GetUtcNow() + s_pause);
            return false;
        }

        var at = Timestamp.FromDateTimeOffset(due);
        record.NextAt = Stamp(ScheduleTimes.Next(record.Schedule, due, due > time.GetUtcNow() ? due : time.GetUtcNow()));
        record.LastError = problem;
        if (run is not null)
        {
            record.Starts++;
            (record.LastAt, record.LastRunId) = (at, run);
            ScheduleLogMessages.Fired(logger, logId, due, run);
        }
        else
        {
            ScheduleLogMessages.Missed(logger, logId, due, problem);
        }

        _firstTriedAt = null;
        await AppendAsync(record, run is not null ? new ScheduleEvent { Fired = new ScheduleFired { At = at, RunId = run } } : new ScheduleEvent { Missed = new ScheduleMissed { At = at, Reason = problem } }, ct);
        return true;
    }

    /// <summary>Submits the run of a due time, which can be done any number of times.</summary>
    /// <returns>The run, or why there is none and whether it is worth trying again.</returns>
    private async Task<(string? Run, string Problem, bool Again)> StartAsync(ScheduleRecord record, DateTimeOffset due, DateTimeOffset now, CancellationToken ct)
    {
        var schedule = record.Schedule;
        if (now - due > Patience && !schedule.CatchUp && _firstTriedAt is null)
            return (null, $"It was due {due:O} and nobody was there to make it before {now:O}.", false);
        _firstTriedAt ??= now;
        if (schedule.SkipIfRunning && record.LastRunId.Length > 0 && await store.IsOpenAsync(record.LastRunId, ct))
            return (null, $"Left out: run {record.LastRunId}, of the start before, has not ended.", false);
        var request = schedule.Run.Clone();
        request.RequestId = ScheduleIds.Request(schedule.Name, due);
        request.Labels[ScheduleTimes.Label] = schedule.Name;
        try
        {
            return ((await engine().SubmitAsync(request, record.Principal, ct)).RunId, "", false);
        }
        catch (RequestRefusedException e)
        {
            var passing = e.GrpcCode is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Aborted or StatusCode.DeadlineExceeded;
            return (null, $"{e.Code}: {e.Message}", passing && now - _firstTriedAt < Patience);
        }
    }

    // False: somebody wrote between; what was decided is decided anew.
    private async Task<bool> AppendAsync(ScheduleRecord record, ScheduleEvent body, CancellationToken ct) =>
        await store.AppendAsync(lease, logId, record, body, ct) switch
        {
            AppendStatus.Appended => true,
            AppendStatus.LeaseLost => throw LeaseLostException.Of(lease),
            _ => false,
        };

    private static Timestamp? Stamp(DateTimeOffset? at) => at is { } moment ? Timestamp.FromDateTimeOffset(moment) : null;
}

/// <summary>A schedule as clients see it.</summary>
internal static class Views
{
    public static ScheduleView Of(ScheduleRecord record) => new()
    {
        Schedule = record.Schedule,
        NextAt = record.NextAt,
        LastAt = record.LastAt,
        LastRunId = record.LastRunId,
        LastError = record.LastError,
        Starts = record.Starts,
    };
}

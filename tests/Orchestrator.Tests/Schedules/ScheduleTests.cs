using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Storage;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Schedules.ScheduleFixture;

namespace Orchestrator.Tests.Schedules;

public class ScheduleTests
{
    [Fact]
    public async Task Put_Interval_StartsOneRunForEachInterval()
    {
        await using var fixture = await StartAsync();
        (await fixture.PutAsync(Every(60))).NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:01:00"));

        await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);
        var record = await fixture.AdvanceToAsync("2026-11-21T12:02:00.500", 3);

        record.Starts.ShouldBe(2);
        record.LastRunId.ShouldBe("run-2");
        record.LastAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:02:00"));
        record.NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:03:00")); // half a second late does not add up
        fixture.Engine.Submitted.Select(request => request.RequestId).ShouldBe(["schedule:tick:20261121T120100.000Z", "schedule:tick:20261121T120200.000Z"]);
        fixture.Engine.Submitted.ShouldAllBe(request => request.Labels["schedule"] == "tick" && request.Request == "Do it");
        fixture.Engine.Submitter.ShouldBe(Me);
    }

    [Fact]
    public async Task Put_Cron_StartsByTheClockOfItsZone()
    {
        await using var fixture = await StartAsync("2026-03-28T12:00:00");
        await fixture.PutAsync(ByCron("30 2 * * *", "Europe/Vienna"));

        await fixture.AdvanceToAsync("2026-03-29T01:00:00", 2); // 02:30 does not exist that day
        var record = await fixture.AdvanceToAsync("2026-03-30T00:30:00", 3);

        record.Starts.ShouldBe(2);
    }

    [Fact]
    public async Task Put_FarAway_WaitsLongerThanATimerCan()
    {
        await using var fixture = await StartAsync("2026-01-01T00:00:00");
        await fixture.PutAsync(ByCron("0 0 1 7 *"));
        for (var day = 0; day < 180; day++)
        {
            fixture.Time.Advance(TimeSpan.FromDays(1));
            await TestSystem.Until(() => fixture.Time.Timers == 1, "the timer is set again");
        }

        fixture.Engine.Submitted.ShouldBeEmpty();
        (await fixture.AdvanceToAsync("2026-07-01T00:00:00", 2)).Starts.ShouldBe(1);
    }

    [Fact]
    public async Task Put_Paused_StartsNothingUntilItIsNot()
    {
        await using var fixture = await StartAsync();
        var schedule = Every(60);
        schedule.Paused = true;
        (await fixture.PutAsync(schedule)).NextAt.ShouldBeNull();
        fixture.Time.Timers.ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromHours(1));

        (await fixture.PutAsync(Every(60))).NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T13:01:00"));

        (await fixture.AdvanceToAsync("2026-11-21T13:01:00", 3)).Starts.ShouldBe(1);
        fixture.Engine.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Put_Again_ReplacesAndKeepsWhatWas()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);
        fixture.Time.AdvanceTo(At("2026-11-21T12:01:30"));
        var other = Every(60);
        other.Run.Request = "Do the other";

        var same = await fixture.PutAsync(other);
        var changed = await fixture.PutAsync(Every(600));

        same.NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:02:00")); // its times are as they were
        same.Schedule.Run.Request.ShouldBe("Do the other");
        changed.NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:11:30"));
        changed.Starts.ShouldBe(1);
        changed.LastRunId.ShouldBe("run-1");
    }

    [Fact]
    public async Task Put_SameRequestId_IsDoneOnce()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60), "put-1");
        await fixture.PutAsync(Every(90), "put-1");

        var record = await fixture.ReadAsync();

        record.Version.ShouldBe(1);
        record.Schedule.Every.ShouldBe(60);
    }

    [Fact]
    public async Task Put_Schedules_AreInNoListOfRuns()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60, "b"));
        await fixture.PutAsync(Every(60, "a"));

        (await fixture.Store.ListAsync(new RunQuery("local", [], null, null, 100), default)).Runs.ShouldBeEmpty();
        (await fixture.Schedules.ListAsync("local", default)).Select(record => record.Schedule.Name).ShouldBe(["a", "b"]);
        (await fixture.Schedules.ListAsync("another", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_Schedule_LeavesNothing()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        var keeper = fixture.Tenant.Find(ScheduleIds.Log("local", "tick"))!;

        (await fixture.Tenant.DeleteAsync(keeper, default)).ShouldBeTrue();

        (await fixture.Tenant.DeleteAsync(fixture.Tenant.Find(ScheduleIds.Log("local", "tick"))!, default)).ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromHours(1));
        fixture.Time.Timers.ShouldBe(0);
        fixture.Engine.Submitted.ShouldBeEmpty();
        (await fixture.Store.GetVersionAsync(ScheduleIds.Log("local", "tick"), default)).ShouldBe(0);
        (await fixture.Schedules.ListAsync("local", default)).ShouldBeEmpty();
        // Made again, it begins anew.
        (await fixture.PutAsync(Every(60))).Starts.ShouldBe(0);
        (await fixture.AdvanceToAsync("2026-11-21T13:01:00", 2)).Starts.ShouldBe(1);
    }

    [Fact]
    public async Task Start_RunOfTheOneBeforeGoesOn_IsLeftOutWhenAskedTo()
    {
        await using var fixture = await StartAsync();
        var schedule = Every(60);
        schedule.SkipIfRunning = true;
        await fixture.PutAsync(schedule);
        await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);
        await IndexAsync(fixture, "run-1", open: true);

        var left = await fixture.AdvanceToAsync("2026-11-21T12:02:00", 3);
        await IndexAsync(fixture, "run-1", open: false);
        var made = await fixture.AdvanceToAsync("2026-11-21T12:03:00", 4);

        left.Starts.ShouldBe(1);
        left.LastError.ShouldContain("run run-1, of the start before, has not ended");
        made.Starts.ShouldBe(2);
        made.LastError.ShouldBeEmpty();
        fixture.Engine.Runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_Refused_IsToldAndTheNextIsMade()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        fixture.Engine.Before = _ => throw new RequestRefusedException(StatusCode.InvalidArgument, "UNKNOWN_PLAYBOOK", "It is gone.");

        var refused = await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);
        fixture.Engine.Before = null;
        var made = await fixture.AdvanceToAsync("2026-11-21T12:02:00", 3);

        refused.LastError.ShouldBe("UNKNOWN_PLAYBOOK: It is gone.");
        refused.Starts.ShouldBe(0);
        made.LastError.ShouldBeEmpty();
        made.Starts.ShouldBe(1);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task Start_RefusedForNow_IsTriedAgainUnderTheSameId(StatusCode status)
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(600));
        fixture.Engine.Before = _ => throw new RequestRefusedException(status, "BUSY", "Later.");
        fixture.Time.AdvanceTo(At("2026-11-21T12:10:00"));
        await TestSystem.Until(() => fixture.Engine.Submitted.Count == 1 && fixture.Time.Timers == 1, "it was tried");
        fixture.Engine.Before = null;

        var record = await fixture.AdvanceToAsync("2026-11-21T12:10:01", 2);

        record.Starts.ShouldBe(1);
        record.LastAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:10:00"));
        fixture.Engine.Submitted.Select(request => request.RequestId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Start_RefusedForNowForTooLong_ComesToNothing()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(600));
        fixture.Engine.Before = _ => throw new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", "Later.");
        fixture.Time.AdvanceTo(At("2026-11-21T12:10:00"));
        for (var second = 1; second <= 60; second++)
        {
            await TestSystem.Until(() => fixture.Engine.Submitted.Count == second && fixture.Time.Timers == 1, "it was tried");
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var record = await fixture.UntilVersionAsync(2);

        record.LastError.ShouldBe("UNAVAILABLE: Later.");
        record.NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T12:20:00"));
    }

    private static async Task IndexAsync(ScheduleFixture fixture, string runId, bool open)
    {
        var lease = fixture.Tenant.LeaseOf(runId)!;
        var version = await fixture.Store.GetVersionAsync(runId, default);
        var result = await fixture.Store.AppendAsync(lease, new AppendBatch
        {
            RunId = runId,
            ExpectedVersion = version,
            BatchId = $"{version}",
            Events = [new byte[1]],
            Index = new RunIndexEntry(runId, "local", "X", "", At("2026-11-21T12:00:00"), At("2026-11-21T12:00:00"), open, default),
        }, default);
        result.Status.ShouldBe(AppendStatus.Appended);
    }
}

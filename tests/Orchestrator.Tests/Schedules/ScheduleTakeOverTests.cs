using Orchestrator.Tests.Engine;
using static Orchestrator.Tests.Schedules.ScheduleFixture;

namespace Orchestrator.Tests.Schedules;

public class ScheduleTakeOverTests
{
    [Fact]
    public async Task TakeOver_BeforeAStart_ItIsMadeByTheNewOwnerOnly()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);

        await fixture.StopAsync();
        await fixture.TakeAsync();
        var record = await fixture.AdvanceToAsync("2026-11-21T12:02:00", 3);

        record.Starts.ShouldBe(2);
        fixture.Engine.Submitted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Crash_BetweenSubmissionAndRecord_GivesNoSecondRun()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        var crashed = new TaskCompletionSource();
        fixture.Engine.After = async _ =>
        {
            fixture.Engine.After = null;
            await fixture.LoseLeasesAsync();
            crashed.SetResult();
        };
        fixture.Time.AdvanceTo(At("2026-11-21T12:01:00"));
        await crashed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await TestSystem.Until(() => fixture.Time.Timers == 0, "the old owner has noticed");
        (await fixture.ReadAsync()).Version.ShouldBe(1); // it could record nothing

        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await fixture.TakeAsync();
        var record = await fixture.UntilVersionAsync(2);

        record.Starts.ShouldBe(1);
        record.LastRunId.ShouldBe("run-1");
        fixture.Engine.Submitted.Count.ShouldBe(2);
        fixture.Engine.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task OldOwner_AfterItsLeaseIsLost_StartsNothingThatIsRecordedTwice()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        var old = fixture.Tenant;
        await fixture.LoseLeasesAsync(); // the old one does not know
        await fixture.TakeAsync();

        fixture.Time.AdvanceTo(At("2026-11-21T12:01:00"));
        var record = await fixture.UntilVersionAsync(2);
        await TestSystem.Until(() => fixture.Time.Timers == 1, "only the new owner waits on");

        record.Starts.ShouldBe(1);
        fixture.Engine.Runs.Count.ShouldBe(1);
        old.Dispose();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Down_OverSeveralStarts_MakesGoodOnceOrNotAtAll(bool catchUp, int starts)
    {
        await using var fixture = await StartAsync();
        var schedule = ByCron("0 * * * *");
        schedule.CatchUp = catchUp;
        await fixture.PutAsync(schedule);
        await fixture.StopAsync();
        fixture.Time.AdvanceTo(At("2026-11-21T15:30:00"));

        await fixture.TakeAsync();
        var record = await fixture.UntilVersionAsync(2);
        await TestSystem.Until(() => fixture.Time.Timers == 1, "the next start is waited for");

        record.Starts.ShouldBe(starts);
        fixture.Engine.Submitted.Count.ShouldBe(starts);
        (record.LastError.Length > 0).ShouldBe(!catchUp);
        record.NextAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T16:00:00"));
        (await fixture.AdvanceToAsync("2026-11-21T16:00:00", 3)).Starts.ShouldBe(starts + 1);
    }

    [Fact]
    public async Task Down_ForSeconds_TheStartIsMadeLate()
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(ByCron("0 * * * *"));
        await fixture.StopAsync();
        fixture.Time.AdvanceTo(At("2026-11-21T13:00:08")); // a lease has to run out first

        await fixture.TakeAsync();
        var record = await fixture.UntilVersionAsync(2);

        record.Starts.ShouldBe(1);
        record.LastAt.ToDateTimeOffset().ShouldBe(At("2026-11-21T13:00:00"));
    }

    [Fact]
    public async Task Down_ForYears_IsMadeGoodQuickly()
    {
        await using var fixture = await StartAsync();
        var schedule = Every(1);
        schedule.CatchUp = true;
        await fixture.PutAsync(schedule);
        await fixture.StopAsync();
        fixture.Time.AdvanceTo(At("2029-11-21T12:00:00.250"));

        await fixture.TakeAsync();
        var record = await fixture.UntilVersionAsync(2);

        record.Starts.ShouldBe(1);
        record.LastAt.ToDateTimeOffset().ShouldBe(At("2029-11-21T12:00:00"));
        record.NextAt.ToDateTimeOffset().ShouldBe(At("2029-11-21T12:00:01"));
    }
}

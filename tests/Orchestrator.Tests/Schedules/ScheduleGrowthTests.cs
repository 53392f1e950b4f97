using Orchestrator.Schedules;
using Orchestrator.Storage;
using Orchestrator.Tests.Engine;
using static Orchestrator.Tests.Schedules.ScheduleFixture;

namespace Orchestrator.Tests.Schedules;

/// <summary>The log of a schedule stays short, and nothing is lost while it is made anew.</summary>
public class ScheduleGrowthTests
{
    private static readonly string s_log = ScheduleIds.Log("local", "tick");

    [Fact]
    public async Task Log_OfManyStarts_StaysShort()
    {
        await using var fixture = await StartAsync(renewAfter: 5);
        await fixture.PutAsync(Every(60));
        for (var start = 1; start <= 23; start++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(60));
            await TestSystem.Until(() => fixture.Engine.Runs.Count == start && fixture.Time.Timers == 1, "the next start is waited for");
        }

        var record = await fixture.ReadAsync();

        record.Starts.ShouldBe(23);
        record.Version.ShouldBeLessThan(5);
        (await fixture.Store.GetVersionAsync(s_log, default)).ShouldBe(record.Version);
        (await OpenAsync(fixture)).ShouldBe([s_log]);
        (await fixture.Schedules.ListAsync("local", default)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Crash_WhileTheLogIsMadeAnew_LosesNothing(bool logIsGone)
    {
        await using var fixture = await StartAsync();
        await fixture.PutAsync(Every(60));
        await fixture.AdvanceToAsync("2026-11-21T12:01:00", 2);
        await InterruptAsync(fixture, logIsGone);

        await fixture.StopAsync();
        await fixture.TakeAsync();
        await TestSystem.Until(() => OpenAsync(fixture).GetAwaiter().GetResult().SequenceEqual([s_log]) && fixture.Time.Timers == 1, "the stash is gone");
        var record = await fixture.AdvanceToAsync("2026-11-21T12:02:00", logIsGone ? 2 : 3);

        record.Starts.ShouldBe(2);
        record.LastRunId.ShouldBe("run-2");
        fixture.Engine.Submitted.Count.ShouldBe(2);
    }

    [Fact]
    public void Stash_OfAnySchedule_IsInItsPartition()
    {
        foreach (var name in Enumerable.Range(0, 50).Select(i => $"s{i}"))
        {
            var log = ScheduleIds.Log("local", name);
            var stash = ScheduleIds.Stash(log, 16);
            Partitions.Of(stash, 16).ShouldBe(Partitions.Of(log, 16));
            ScheduleIds.OfStash(stash).ShouldBe(log);
            ScheduleIds.OfStash(log).ShouldBeNull();
        }
    }

    // As a process leaves it that dies in the middle.
    private static async Task InterruptAsync(ScheduleFixture fixture, bool logIsGone)
    {
        var lease = fixture.Tenant.LeaseOf(s_log)!;
        var record = await fixture.ReadAsync();
        var stash = ScheduleIds.Stash(s_log, fixture.Store.PartitionCount);
        var result = await fixture.Store.AppendAsync(lease, new AppendBatch
        {
            RunId = stash,
            ExpectedVersion = 0,
            BatchId = "stash",
            Events = [new byte[1]],
            Index = new RunIndexEntry(stash, "#schedules-stash", "ACTIVE", "", fixture.Time.GetUtcNow(), fixture.Time.GetUtcNow(), true, Google.Protobuf.MessageExtensions.ToByteArray(record)),
            WakeAt = record.NextAt.ToDateTimeOffset(),
        }, default);
        result.Status.ShouldBe(AppendStatus.Appended);
        if (logIsGone)
            await fixture.Store.DeleteRunAsync(lease, s_log, default);
    }

    private static async Task<List<string>> OpenAsync(ScheduleFixture fixture)
    {
        var open = new List<string>();
        for (var partition = 0; partition < fixture.Store.PartitionCount; partition++)
        {
            await foreach (var (logId, _) in fixture.Store.ReadOpenRunsAsync(partition, default))
                open.Add(logId);
        }

        return open;
    }
}

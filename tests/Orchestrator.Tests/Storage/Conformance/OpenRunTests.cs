using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class OpenRunTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task CountOpenRuns_OfATenant_FollowsWhatOpensEndsAndIsDeleted()
    {
        var store = await Harness.OpenAsync(partitions: 1);
        var lease = await store.LeaseAsync("r1");
        (await store.CountOpenRunsAsync("local", default)).ShouldBe(0);
        foreach (var run in new[] { "r1", "r2", "r3" })
            await store.ShouldAppendAsync(lease, Batch(run, 0, "a").With(index: Index(run)));
        await store.ShouldAppendAsync(lease, Batch("other", 0, "a").With(index: Index("other", tenant: "other")));
        await store.ShouldAppendAsync(lease, Batch("unindexed", 0, "a"));
        (await store.CountOpenRunsAsync("local", default)).ShouldBe(3);

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(index: Index("r1", "COMPLETED", open: false)));
        await store.ShouldAppendAsync(lease, Batch("r1", 2, "c").With(index: Index("r1", "COMPLETED", open: false)));
        await store.DeleteRunAsync(lease, "r2", default);
        (await store.CountOpenRunsAsync("local", default)).ShouldBe(1);
        (await store.CountOpenRunsAsync("other", default)).ShouldBe(1);
        await store.ShouldAppendAsync(lease, Batch("r1", 3, "again").With(index: Index("r1")));
        (await store.CountOpenRunsAsync("local", default)).ShouldBe(2);

        store = await Harness.OpenAsync(partitions: 1);
        (await store.CountOpenRunsAsync("local", default)).ShouldBe(2);
    }

    [Fact]
    public async Task ReadOpenRuns_SetChangedAndCleared_GivesTheLatestWakeTime()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(index: Index("r1"), wakeAt: Noon.AddMilliseconds(5)));
        await ShouldBeOpen(store, lease.Partition, ("r1", Noon.AddMilliseconds(5)));

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b"));
        await ShouldBeOpen(store, lease.Partition, ("r1", Noon.AddMilliseconds(5)));

        await store.ShouldAppendAsync(lease, Batch("r1", 2, "c").With(wakeAt: Noon.AddDays(9)));
        await ShouldBeOpen(store, lease.Partition, ("r1", Noon.AddDays(9)));

        await store.ShouldAppendAsync(lease, Batch("r1", 3, "d").With(clearWake: true));
        await ShouldBeOpen(store, lease.Partition, ("r1", null));
    }

    [Fact]
    public async Task ReadOpenRuns_TerminalRun_IsGoneWithItsWakeTime()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(index: Index("r1"), wakeAt: Noon));

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(index: Index("r1", "COMPLETED", open: false), wakeAt: Noon));
        await ShouldBeOpen(store, lease.Partition);

        // A run that opens again begins without a wake time.
        await store.ShouldAppendAsync(lease, Batch("r1", 2, "c").With(index: Index("r1")));
        await ShouldBeOpen(store, lease.Partition, ("r1", null));
    }

    [Fact]
    public async Task ReadOpenRuns_AfterReopening_GivesEachPartitionItsOwn()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);
        for (var i = 0; i < 20; i++)
        {
            var run = "run-" + i;
            await store.ShouldAppendAsync(leases[Partitions.Of(run, PartitionCount)], Batch(run, 0, "a").With(index: Index(run, open: i % 4 != 0), wakeAt: i % 2 == 0 ? Noon.AddSeconds(i) : null));
        }

        store = await Harness.OpenAsync();

        for (var p = 0; p < PartitionCount; p++)
        {
            (string, DateTimeOffset?)[] expected =
                [.. Enumerable.Range(0, 20).Where(i => i % 4 != 0 && Partitions.Of("run-" + i, PartitionCount) == p).Select(i => ("run-" + i, i % 2 == 0 ? Noon.AddSeconds(i) : (DateTimeOffset?)null))];
            await ShouldBeOpen(store, p, expected);
        }
    }

    private static async Task ShouldBeOpen(IRunStore store, int partition, params (string, DateTimeOffset?)[] expected) =>
        (await store.ReadOpenRunsAsync(partition, default).AllAsync()).ShouldBe(expected, ignoreOrder: true);
}

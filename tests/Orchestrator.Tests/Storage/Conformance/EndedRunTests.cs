using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class EndedRunTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task ReadEndedRuns_ByWhenTheyEnded_OldestFirst()
    {
        var store = await Harness.OpenAsync(partitions: 1);
        var lease = await store.LeaseAsync("a");
        await EndAsync(store, lease, "late", 30);
        await EndAsync(store, lease, "early", 10);
        await EndAsync(store, lease, "middle", 20);
        await store.ShouldAppendAsync(lease, Batch("open", 0, "a").With(index: Index("open")));
        await store.ShouldAppendAsync(lease, Batch("unindexed", 0, "a"));

        await ShouldBeAsync(store, 60, "early", "middle", "late");
        await ShouldBeAsync(store, 25, "early", "middle");
        (await store.ReadEndedRunsAsync(0, Noon.AddSeconds(60), 2, default)).ShouldBe(["early", "middle"]);
        await ShouldBeAsync(store, 0);

        store = await Harness.OpenAsync(partitions: 1);
        await ShouldBeAsync(store, 60, "early", "middle", "late");
    }

    [Fact]
    public async Task ReadEndedRuns_TouchedAfterItsEnd_KeepsTheMoment()
    {
        var store = await Harness.OpenAsync(partitions: 1);
        var lease = await store.LeaseAsync("r1");
        await EndAsync(store, lease, "r1", 10);

        await store.ShouldAppendAsync(lease, Batch("r1", 2, "note").With(index: At("r1", open: false, 50)));

        await ShouldBeAsync(store, 20, "r1");
        if (store is Orchestrator.Storage.Embedded.EmbeddedRunStore embedded)
        {
            await embedded.CompactAsync();
            await ShouldBeAsync(await Harness.OpenAsync(partitions: 1), 20, "r1");
        }
    }

    [Fact]
    public async Task ReadEndedRuns_OpenedAgainOrDeleted_IsGone()
    {
        var store = await Harness.OpenAsync(partitions: 1);
        var lease = await store.LeaseAsync("r1");
        await EndAsync(store, lease, "r1", 10);
        await EndAsync(store, lease, "r2", 10);

        await store.ShouldAppendAsync(lease, Batch("r1", 2, "again").With(index: At("r1", open: true, 20)));
        await store.DeleteRunAsync(lease, "r2", default);
        await ShouldBeAsync(store, 60);

        await store.ShouldAppendAsync(lease, Batch("r1", 3, "end").With(index: At("r1", open: false, 40)));
        await ShouldBeAsync(store, 30);
        await ShouldBeAsync(store, 60, "r1");
    }

    private static async Task EndAsync(IRunStore store, PartitionLease lease, string run, int second)
    {
        await store.ShouldAppendAsync(lease, Batch(run, 0, "a").With(index: At(run, open: true, 0)));
        await store.ShouldAppendAsync(lease, Batch(run, 1, "end").With(index: At(run, open: false, second)));
    }

    private static RunIndexEntry At(string run, bool open, int second) =>
        Index(run, open ? "IN_PROGRESS" : "COMPLETED", open) with { UpdatedAt = Noon.AddSeconds(second) };

    private static async Task ShouldBeAsync(IRunStore store, int before, params string[] runs) =>
        (await store.ReadEndedRunsAsync(0, Noon.AddSeconds(before), 100, default)).ShouldBe(runs);
}

using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class DeleteTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task DeleteRun_WithEverything_NothingRemains()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var neighbour = Enumerable.Range(0, 100).Select(i => "r1/" + i).First(r => Partitions.Of(r, PartitionCount) == lease.Partition);
        foreach (var run in new[] { "r1", neighbour })
        {
            await store.ShouldAppendAsync(lease, Batch(run, 0, "a").With(
                index: Index(run),
                wakeAt: Noon,
                enqueue: [new(run + "/t", run, "writer", 5, Noon), new(run + "/u", run, "reviewer", 5, Noon)],
                context: [new("run", "k", 0, Bytes("v")), new("task:1", "k", 0, Bytes("v"))]));
            await store.SaveSnapshotAsync(lease, run, 1, Bytes("s"), default);
        }

        await store.DeleteRunAsync(lease, "r1", default);
        await store.DeleteRunAsync(lease, "r1", default);
        await ShouldBeOnly(store, neighbour, lease.Partition);
        await ShouldBeOnly(await Harness.OpenAsync(), neighbour, lease.Partition);
    }

    [Fact]
    public async Task DeleteRun_ThenAppendAgain_BeginsFromNothing()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var batch = Batch("r1", 0, "a").With(index: Index("r1"), context: [new("run", "k", 0, Bytes("v"))]);
        await store.ShouldAppendAsync(lease, batch);
        await store.DeleteRunAsync(lease, "r1", default);

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "new").With(context: [new("run", "k", 0, Bytes("w"))]));

        (await store.EventsAsync("r1")).ShouldBe(["new"]);
        (await store.GetContextAsync("r1", "run", "k", default))!.Version.ShouldBe(1);
        (await store.GetIndexAsync("r1", default)).ShouldBeNull();
    }

    private static async Task ShouldBeOnly(IRunStore store, string run, int partition)
    {
        (await store.GetVersionAsync("r1", default)).ShouldBe(0);
        (await store.EventsAsync("r1")).ShouldBeEmpty();
        (await store.GetIndexAsync("r1", default)).ShouldBeNull();
        (await store.ReadSnapshotAsync("r1", default)).ShouldBeNull();
        (await store.GetContextAsync("r1", "run", "k", default)).ShouldBeNull();
        (await store.ListContextAsync("r1", "task:1", default).AllAsync()).ShouldBeEmpty();
        (await store.ListAsync(new RunQuery("local", [], null, null, 10), default)).Runs.Single().RunId.ShouldBe(run);
        (await store.ReadOpenRunsAsync(partition, default).AllAsync()).ShouldBe([(run, Noon)]);
        (await store.ReadQueueAsync(partition, default).AllAsync()).Select(e => e.RunId).ShouldBe([run, run]);
        (await store.EventsAsync(run)).ShouldBe(["a"]);
        (await store.ReadSnapshotAsync(run, default))!.Data.Text().ShouldBe("s");
        (await store.GetContextAsync(run, "task:1", "k", default)).ShouldNotBeNull();
    }
}

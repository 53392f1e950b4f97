using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Redis;

/// <summary>A partition moves from one node of the cluster to another while its runs go on.</summary>
[Collection(SharedCluster.Name)]
public sealed class ClusterSlotMoveTests(RedisCluster cluster)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Append_SlotMovesMeanwhile_EverythingIsThereOnce(int seed)
    {
        await using var harness = new RedisHarness(cluster.ConnectionString);
        await using var store = RedisHarness.Create(cluster.ConnectionString, harness.Prefix, partitions: 1, deadline: TimeSpan.FromSeconds(3));
        await store.OpenAsync(default);
        var lease = (await store.AcquireAsync(0, "mover", Long, default))!;
        using var stop = new CancellationTokenSource();
        var runs = Enumerable.Range(0, 8).Select(i => "run-" + i).ToArray();
        var appended = 0;
        var writers = runs.Select(run => Task.Run(async () =>
        {
            long version = 0;
            for (; !stop.IsCancellationRequested; version++)
            {
                await RepeatAsync(store, lease, Any(run, version));
                Interlocked.Increment(ref appended);
            }

            return version;
        })).ToArray();

        await MoreAsync(200);
        var slot = await cluster.SlotAsync($"{{{harness.Prefix}:p0}}:lease");
        var from = cluster.OwnerOf(slot);
        var moved = 0;
        for (var hop = 1; hop <= 3; hop++)
        {
            // Round the ring, so that in the end the slot is where it was: other tests use the cluster as well.
            moved += await cluster.MoveSlotAsync(slot, from, (from + 1) % 3, (10 * seed) + hop, between: () => Task.Delay(10));
            from = (from + 1) % 3;
            await MoreAsync(200);
        }

        await stop.CancelAsync();
        var versions = await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));

        moved.ShouldBeGreaterThan(3 * runs.Length, "the keys of the runs were moved");
        for (var i = 0; i < runs.Length; i++)
        {
            (await store.EventsAsync(runs[i])).ShouldBe(Enumerable.Range(0, (int)versions[i]).Select(v => "e" + v));
            (await store.GetContextAsync(runs[i], "s", "k", default))!.Version.ShouldBe(versions[i]);
        }

        (await store.ReadQueueAsync(0, default).AllAsync()).Select(e => e.Id).ShouldBe(
            runs.Select((r, i) => $"{r}/t{versions[i] - 1}"), ignoreOrder: true);
        (await store.ReadOpenRunsAsync(0, default).AllAsync()).Select(o => o.RunId).ShouldBe(runs, ignoreOrder: true);
        (await store.ListAsync(new RunQuery("local", [], null, null, 100), default)).Runs.Count.ShouldBe(runs.Length);

        async Task MoreAsync(int count)
        {
            var target = Volatile.Read(ref appended) + count;
            await EventuallyAsync(() => Task.FromResult(Volatile.Read(ref appended) >= target || writers.Any(w => w.IsCompleted)), "appends go on");
        }
    }

    [Fact]
    public async Task Delete_SlotMovesMeanwhile_NothingRemains()
    {
        await using var harness = new RedisHarness(cluster.ConnectionString);
        var store = await harness.OpenAsync(partitions: 1);
        var lease = (await store.AcquireAsync(0, "mover", Long, default))!;
        var runs = Enumerable.Range(0, 20).Select(i => "run-" + i).ToArray();
        foreach (var run in runs)
        {
            await store.ShouldAppendAsync(lease, Any(run, 0));
        }

        var slot = await cluster.SlotAsync($"{{{harness.Prefix}:p0}}:lease");
        var from = cluster.OwnerOf(slot);
        var deleting = Task.CompletedTask;
        for (var hop = 1; hop <= 3; hop++)
        {
            var some = runs[((hop - 1) * 6)..(hop * 6)];
            await cluster.MoveSlotAsync(slot, from, (from + 1) % 3, hop, async () =>
            {
                if (deleting.IsCompleted)
                {
                    await deleting;
                    deleting = Task.Run(async () =>
                    {
                        foreach (var run in some)
                        {
                            await store.DeleteRunAsync(lease, run, default);
                        }
                    });
                }

                await Task.Delay(5);
            });
            await deleting;
            from = (from + 1) % 3;
        }

        (await store.ListAsync(new RunQuery("local", [], null, null, 100), default)).Runs.Select(r => r.RunId).ShouldBe(runs[18..], ignoreOrder: true);
        (await store.ReadQueueAsync(0, default).AllAsync()).Count.ShouldBe(2);
        foreach (var run in runs[..18])
        {
            (await store.GetVersionAsync(run, default)).ShouldBe(0);
            (await store.GetContextAsync(run, "s", "k", default)).ShouldBeNull();
        }
    }

    private static AppendBatch Any(string run, long version) => Batch(run, version, "e" + version).With(
        index: Index(run),
        wakeAt: Noon,
        dequeue: [$"{run}/t{version - 1}"],
        enqueue: [new($"{run}/t{version}", run, "writer", 5, Noon) { Data = Bytes("x") }],
        context: [new("s", "k", version, Bytes("v" + version))]);

    private static async Task RepeatAsync(IRunStore store, PartitionLease lease, AppendBatch batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await store.ShouldAppendAsync(lease, batch);
                return;
            }
            catch (StoreUnavailableException) when (attempt < 30)
            {
                // The outcome is open: the same batch again settles it.
            }
        }
    }
}

using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class WatchTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task Watch_WhileEventsCome_ReaderSeesEachOnceInOrder()
    {
        var writer = await Harness.OpenAsync();
        var reader = Harness.Shared ? await Harness.OpenAsync() : writer;
        var lease = await writer.LeaseAsync("r1");
        using var signal = new SemaphoreSlim(0);
        await using var watch = reader.Watch("r1", () => signal.Release());

        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await writer.ShouldAppendAsync(lease, Batch("r1", i, "e" + i));
            }
        });
        List<string> seen = [];
        while (seen.Count < 200)
        {
            (await signal.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue($"No wake-up after {seen.Count} events.");
            seen.AddRange(await reader.EventsAsync("r1", seen.Count));
        }

        await writing;
        seen.ShouldBe(Enumerable.Range(0, 200).Select(i => "e" + i));
    }

    [Fact]
    public async Task Watch_OtherRunsAndEndedWatches_AreNotWoken()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);
        var (ended, other, watched) = (0, 0, 0);
        using var woken = new SemaphoreSlim(0);
        var first = store.Watch("r1", () => Interlocked.Increment(ref ended));
        await using var second = store.Watch("r2", () => Interlocked.Increment(ref other));
        await using var third = store.Watch("r1", () =>
        {
            Interlocked.Increment(ref watched);
            woken.Release();
        });

        // Each is called when it is in place; then they are quiet.
        await QuietAsync(() => (ended, other, watched));
        await first.DisposeAsync();
        var before = (ended, other);
        while (await woken.WaitAsync(0))
        {
        }

        await store.ShouldAppendAsync(leases[Partitions.Of("r1", PartitionCount)], Batch("r1", 0, "a"));
        (await woken.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue();
        await QuietAsync(() => (ended, other, watched));

        (ended, other).ShouldBe(before);
    }

    private static async Task QuietAsync(Func<(int, int, int)> read)
    {
        var before = read();
        for (var same = 0; same < 10; same++)
        {
            await Task.Delay(20);
            var now = read();
            same = now == before ? same : 0;
            before = now;
        }
    }
}

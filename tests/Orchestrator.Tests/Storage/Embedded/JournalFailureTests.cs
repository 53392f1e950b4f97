using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class JournalFailureTests
{
    [Fact]
    public async Task Append_FlushFails_IsNotAcknowledgedAndTheProcessIsStopped()
    {
        using var folder = new TempFolder();
        var fail = false;
        List<string> fatal = [];
        await using var store = EmbeddedHarness.Create(
            folder.Path,
            fatal: (reason, _) => fatal.Add(reason),
            flush: handle =>
            {
                RandomAccess.FlushToDisk(handle);
                if (fail)
                {
                    throw new IOException("Input/output error");
                }
            });
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));
        fail = true;
        var batch = Batch("r1", 1, "b");

        await Should.ThrowAsync<StoreUnavailableException>(async () => await store.AppendAsync(lease, batch, default));

        fatal.Single().ShouldContain("Flushing");
        fail = false;
        await Should.ThrowAsync<StoreUnavailableException>(async () => await store.AppendAsync(lease, batch, default), "nothing is stored after a failed flush, even if the next would work");
        (await store.CheckAsync(default)).Ok.ShouldBeFalse();
        (await store.EventsAsync("r1")).ShouldBe(["a"]);
        fatal.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Append_WhileTheFlushHangs_OthersShareTheNextOne()
    {
        using var folder = new TempFolder();
        using var hold = new ManualResetEventSlim(true);
        var flushes = 0;
        await using var store = EmbeddedHarness.Create(folder.Path, flush: handle =>
        {
            hold.Wait();
            Interlocked.Increment(ref flushes);
            RandomAccess.FlushToDisk(handle);
        });
        await store.OpenAsync(default);
        var lease = await store.LeaseAsync("r1");
        var runs = Enumerable.Range(0, 1000).Select(i => "r" + i).Where(r => Partitions.Of(r, store.PartitionCount) == lease.Partition).Take(100).ToArray();
        hold.Reset();
        var first = store.AppendAsync(lease, Batch(runs[0], 0, "a"), default).AsTask();
        var before = Volatile.Read(ref flushes);
        var others = runs[1..].Select(r => store.AppendAsync(lease, Batch(r, 0, "a"), default).AsTask()).ToArray();
        first.IsCompleted.ShouldBeFalse("nothing is acknowledged before it is on disk");
        (await store.GetVersionAsync(runs[0], default)).ShouldBe(0, "nothing is shown before it is on disk");

        hold.Set();
        await Task.WhenAll(others);
        await first;

        (Volatile.Read(ref flushes) - before).ShouldBeLessThanOrEqualTo(3);
    }
}

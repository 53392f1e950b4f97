using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class AppendTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task Append_FirstBatch_IsReadBackInOrder()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a", "b", ""));
        await store.ShouldAppendAsync(lease, Batch("r1", 3, "d"));

        (await store.EventsAsync("r1")).ShouldBe(["a", "b", "", "d"]);
        (await store.EventsAsync("r1", after: 2)).ShouldBe(["", "d"]);
        (await store.EventsAsync("r1", after: 9)).ShouldBeEmpty();
        (await store.GetVersionAsync("r1", default)).ShouldBe(4);
    }

    [Fact]
    public async Task Append_AfterReopening_NothingIsLost()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a", "b"));

        store = await Harness.OpenAsync();

        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Append_AnyBytes_AreKeptAsTheyAre()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var all = Enumerable.Range(0, 1024).Select(i => (byte)i).ToArray();
        var slice = all.AsMemory(3, 777);
        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);

        await store.ShouldAppendAsync(lease, new AppendBatch { RunId = "r1", ExpectedVersion = 0, BatchId = "b1", Events = [all, slice, large] });

        var events = await store.ReadAsync("r1", 0, default).AllAsync();
        events.Select(e => e.Data.ToArray()).ShouldBe([all, slice.ToArray(), large]);
    }

    [Fact]
    public async Task Append_WrongVersion_ConflictsAndRecordsNothing()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a", "b"));

        var tooLow = await store.AppendAsync(lease, Batch("r1", 1, "x").With(index: Index("r1"), context: [new("s", "k", null, Bytes("v"))]), default);
        var tooHigh = await store.AppendAsync(lease, Batch("r1", 3, "x"), default);
        var unknown = await store.AppendAsync(await LeaseOther(store, lease, "r2"), Batch("r2", 1, "x"), default);

        tooLow.ShouldBe(new AppendResult(AppendStatus.VersionConflict, 2));
        tooHigh.ShouldBe(new AppendResult(AppendStatus.VersionConflict, 2));
        unknown.ShouldBe(new AppendResult(AppendStatus.VersionConflict, 0));
        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
        (await store.GetVersionAsync("r2", default)).ShouldBe(0);
        (await store.GetIndexAsync("r1", default)).ShouldBeNull();
        (await store.GetContextAsync("r1", "s", "k", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Append_SameBatchAgain_IsDoneOnceAndAnsweredAlike()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var batch = Batch("r1", 0, "a", "b").With(context: [new("s", "k", 0, Bytes("v"))], enqueue: [new("r1/t", "r1", "writer", 5, Noon)]);
        var first = await store.ShouldAppendAsync(lease, batch);

        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.AppendAsync(lease, batch, default).AsTask()));

        again.ShouldAllBe(r => r == first);
        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
        (await store.GetContextAsync("r1", "s", "k", default))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Append_SameBatchAfterReopening_IsStillKnown()
    {
        var store = await Harness.OpenAsync();
        var batch = Batch("r1", 0, "a");
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, batch);
        await store.ReleaseAsync(lease, default);

        store = await Harness.OpenAsync();
        lease = await store.LeaseAsync("r1");

        (await store.AppendAsync(lease, batch, default)).ShouldBe(new AppendResult(AppendStatus.Appended, 1));
        (await store.EventsAsync("r1")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Append_IdOfTheLastBatchGivenToAnother_IsNotTakenForARepetition()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(batchId: "same"));

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(batchId: "same"));

        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Append_OlderBatchArrivesLate_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var late = Batch("r1", 0, "a");
        await store.ShouldAppendAsync(lease, late);
        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b"));

        (await store.AppendAsync(lease, late, default)).ShouldBe(new AppendResult(AppendStatus.VersionConflict, 2));
    }

    [Fact]
    public async Task Append_ManyAtOnceToOneVersion_ExactlyOneWins()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.AppendAsync(lease, Batch("r1", 0, "e" + i), default).AsTask()));

        results.Count(r => r.Status == AppendStatus.Appended).ShouldBe(1);
        results.Count(r => r == new AppendResult(AppendStatus.VersionConflict, 1)).ShouldBe(39);
        (await store.GetVersionAsync("r1", default)).ShouldBe(1);
    }

    [Fact]
    public async Task Append_ManyRunsAtOnce_AllAreThere()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var run = "run-" + i;
            for (var v = 0; v < 5; v++)
            {
                await store.ShouldAppendAsync(leases[Partitions.Of(run, store.PartitionCount)], Batch(run, v, $"{run}:{v}"));
            }
        }));

        for (var i = 0; i < 100; i++)
        {
            (await store.EventsAsync("run-" + i)).ShouldBe(Enumerable.Range(0, 5).Select(v => $"run-{i}:{v}"));
        }
    }

    [Fact]
    public async Task Append_ThousandsOfEventsInOneBatch_AreRecordedTogether()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var events = Enumerable.Range(0, 12_345).Select(i => "event " + i).ToArray();

        await store.ShouldAppendAsync(lease, Batch("r1", 0, events).With(
            enqueue: [.. Enumerable.Range(0, 3000).Select(i => new QueueEntry($"r1/{i:D5}", "r1", "writer", i % 10, Noon))]));

        (await store.EventsAsync("r1")).ShouldBe(events);
        (await store.ReadQueueAsync(lease.Partition, default).AllAsync()).Count.ShouldBe(3000);
    }

    [Theory]
    [InlineData("", "RunId")]
    [InlineData("a b", "RunId 'a b' has the character ' '")]
    [InlineData("a{b}", "RunId 'a{b}' has the character '{'")]
    public async Task Append_BadRunId_IsRefusedWithTheRule(string runId, string expected)
    {
        var store = await Harness.OpenAsync();
        var error = await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(new PartitionLease(0, 1, "x"), Batch(runId, 0, "a"), default));
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task Append_NoEvents_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        (await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(lease, Batch("r1", 0), default)))
            .Message.ShouldContain("at least one event");
    }

    [Fact]
    public async Task Append_LeaseOfAnotherPartition_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var other = Enumerable.Range(0, 100).Select(i => "x" + i).First(r => Partitions.Of(r, PartitionCount) != lease.Partition);
        (await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(lease, Batch(other, 0, "a"), default)))
            .Message.ShouldContain($"the lease is for partition {lease.Partition}");
    }

    private static async Task<PartitionLease> LeaseOther(IRunStore store, PartitionLease have, string runId) =>
        Partitions.Of(runId, store.PartitionCount) == have.Partition ? have : await store.LeaseAsync(runId);
}

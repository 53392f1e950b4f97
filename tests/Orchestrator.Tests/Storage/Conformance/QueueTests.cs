using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class QueueTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task Enqueue_Several_AreSortedByPriorityThenTimeThenId()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        QueueEntry[] expected =
        [
            new("r1/urgent", "r1", "reviewer", 9, Noon.AddHours(1)),
            new("r1/old", "r1", "writer", 5, Noon),
            new("r1/same-a", "r1", "writer", 5, Noon.AddMilliseconds(1)),
            new("r1/same-b", "r1", "reviewer", 5, Noon.AddMilliseconds(1)),
            new("r1/late", "r1", "writer", 5, Noon.AddDays(300)),
            new("r1/idle", "r1", "writer", 0, Noon.AddYears(-10)),
        ];

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(enqueue: [.. expected.Reverse()]));

        (await store.ReadQueueAsync(lease.Partition, default).AllAsync()).ShouldBe(expected);
        store = await Harness.OpenAsync();
        (await store.ReadQueueAsync(lease.Partition, default).AllAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task Dequeue_KnownAndUnknown_RemovesTheKnown()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(enqueue: [Entry("t1"), Entry("t2")]));

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(dequeue: ["r1/t1", "r1/t9"]));

        (await store.ReadQueueAsync(lease.Partition, default).AllAsync()).ShouldBe([Entry("t2")]);
    }

    [Fact]
    public async Task Enqueue_SameId_ReplacesTheEntry()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(enqueue: [Entry("t1"), Entry("t2")]));

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(
            dequeue: ["r1/t2"],
            enqueue: [Entry("t1") with { Role = "reviewer", Priority = 7 }, Entry("t2") with { Priority = 8 }]));

        (await store.ReadQueueAsync(lease.Partition, default).AllAsync())
            .ShouldBe([Entry("t2") with { Priority = 8 }, Entry("t1") with { Role = "reviewer", Priority = 7 }]);
    }

    [Fact]
    public async Task Enqueue_EntryOfAnotherRun_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await Should.ThrowAsync<ArgumentException>(async () =>
            await store.AppendAsync(lease, Batch("r1", 0, "a").With(enqueue: [new("r2/t", "r2", "writer", 5, Noon)]), default));
        await Should.ThrowAsync<ArgumentException>(async () =>
            await store.AppendAsync(lease, Batch("r1", 0, "a").With(dequeue: ["r2/t"]), default));
        (await Should.ThrowAsync<ArgumentException>(async () =>
            await store.AppendAsync(lease, Batch("r1", 0, "a").With(enqueue: [Entry("t") with { Priority = 10 }]), default)))
            .Message.ShouldContain("priority 10; 0 to 9 are allowed");
    }

    [Fact]
    public async Task Enqueue_TenantAndData_AreKeptWithTheEntry()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var bytes = Enumerable.Range(0, StoreLimits.MaxQueueDataBytes).Select(i => (byte)i).ToArray();
        QueueEntry[] entries =
        [
            Entry("t1") with { Tenant = "acme", Data = Bytes("{\"a\":\n 1}") },
            Entry("t2") with { Data = bytes },
            Entry("t3") with { Tenant = "acme" },
        ];

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(enqueue: entries));

        await ShouldBe(store);
        await ShouldBe(await Harness.OpenAsync());
        (await Should.ThrowAsync<ArgumentException>(async () =>
            await store.AppendAsync(lease, Batch("r1", 1, "a").With(enqueue: [Entry("t") with { Data = new byte[bytes.Length + 1] }]), default)))
            .Message.ShouldContain("has 4097 bytes; at most 4096 are allowed");

        async Task ShouldBe(IRunStore from)
        {
            var read = await from.ReadQueueAsync(lease.Partition, default).AllAsync();
            read.Select(e => e.Show()).ShouldBe(entries.Select(e => e.Show()));
            read[1].Data.ToArray().ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task ReadQueue_OfOneRole_GivesItsEntriesInOrder()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(enqueue:
        [
            Entry("t1") with { Role = "#approval" },
            Entry("t2"),
            Entry("t3") with { Role = "#approval", Priority = 9, Tenant = "acme", Data = Bytes("x") },
            Entry("t4") with { Role = "approval" },
        ]));

        (await store.ReadQueueAsync(lease.Partition, "#approval", default).AllAsync()).Select(e => e.Id).ShouldBe(["r1/t3", "r1/t1"]);
        (await store.ReadQueueAsync(lease.Partition, "nobody", default).AllAsync()).ShouldBeEmpty();

        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(dequeue: ["r1/t3"], enqueue: [Entry("t1")]));
        (await store.ReadQueueAsync(lease.Partition, "#approval", default).AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadQueueDepths_OverAllPartitions_CountsAndTellsTheOldest()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);
        for (var i = 0; i < 40; i++)
        {
            var run = "run-" + i;
            await store.ShouldAppendAsync(leases[Partitions.Of(run, PartitionCount)], Batch(run, 0, "a").With(enqueue:
            [
                new(run + "/w", run, "writer", i % 10, Noon.AddSeconds(i)),
                new(run + "/r", run, i % 2 == 0 ? "reviewer" : "writer", 5, Noon.AddSeconds(-i)),
            ]));
        }

        await store.ShouldAppendAsync(leases[Partitions.Of("run-39", PartitionCount)], Batch("run-39", 1, "b").With(dequeue: ["run-39/r"]));

        (await store.ReadQueueDepthsAsync(default)).ShouldBe(
            [new QueueDepth("reviewer", 20, Noon.AddSeconds(-38)), new QueueDepth("writer", 59, Noon.AddSeconds(-37))]);
    }

    private static QueueEntry Entry(string task) => new("r1/" + task, "r1", "writer", 5, Noon);
}

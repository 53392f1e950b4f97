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

    private static QueueEntry Entry(string task) => new("r1/" + task, "r1", "writer", 5, Noon);
}

using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class InboxTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task PutInbox_Several_AreReadOldestFirstByTheirPartitionOnly()
    {
        var store = await Harness.OpenAsync();
        var asker = Harness.Shared ? await Harness.OpenAsync() : store;
        var partition = Partitions.Of("r1", PartitionCount);
        for (var i = 0; i < 5; i++)
        {
            await asker.PutInboxAsync(new InboxItem("i" + (9 - i), "r1", Bytes("request\n" + i)), default);
        }

        var items = await store.ReadInboxAsync(partition, default);

        items.Select(i => $"{i.Id} {i.RunId} {i.Data.Text()}").ShouldBe(Enumerable.Range(0, 5).Select(i => $"i{9 - i} r1 request\n{i}"));
        (await store.ReadInboxAsync((partition + 1) % PartitionCount, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task PutInbox_IdIsThereOrWasAnswered_ChangesNothing()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("first")), default);
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("second")), default);
        (await store.ReadInboxAsync(lease.Partition, default)).Single().Data.Text().ShouldBe("first");

        await store.AnswerInboxAsync(lease, "r1", new InboxAnswer("i1", Bytes("yes")), default);
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("third")), default);

        (await store.ReadInboxAsync(lease.Partition, default)).ShouldBeEmpty();
        (await store.ReadAnswerAsync("r1", "i1", default))!.Data.Text().ShouldBe("yes");
    }

    [Fact]
    public async Task AnswerInbox_Twice_TheFirstAnswerStands()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("?")), default);
        (await store.ReadAnswerAsync("r1", "i1", default)).ShouldBeNull();

        await store.AnswerInboxAsync(lease, "r1", new InboxAnswer("i1", Bytes("yes")), default);
        await store.AnswerInboxAsync(lease, "r1", new InboxAnswer("i1", Bytes("no")), default);

        (await store.ReadAnswerAsync("r1", "i1", default))!.Data.Text().ShouldBe("yes");
    }

    [Fact]
    public async Task Append_WithAnswers_TakesTheItemsOutWithIt()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        foreach (var id in new[] { "i1", "i2", "i3" })
        {
            await store.PutInboxAsync(new InboxItem(id, "r1", Bytes("?")), default);
        }

        (await store.AppendAsync(lease, Batch("r1", 5, "conflict").With(answers: [new("i1", Bytes("no"))]), default)).Status.ShouldBe(AppendStatus.VersionConflict);
        (await store.ReadInboxAsync(lease.Partition, default)).Count.ShouldBe(3, "a batch that is not recorded answers nothing");
        var batch = Batch("r1", 0, "a").With(
            answers: [new("i1", Bytes("one")), new("i3", Bytes(""))],
            context: [new("s", "k", null, Bytes("v"))],
            enqueue: [new("r1/t", "r1", "writer", 5, Noon)],
            index: Index("r1"),
            wakeAt: Noon);
        await store.ShouldAppendAsync(lease, batch);
        await store.ShouldAppendAsync(lease, batch);

        (await store.ReadInboxAsync(lease.Partition, default)).Single().Id.ShouldBe("i2");
        (await store.ReadAnswerAsync("r1", "i1", default))!.Data.Text().ShouldBe("one");
        (await store.ReadAnswerAsync("r1", "i3", default))!.Data.Length.ShouldBe(0);
        (await store.ReadAnswerAsync("r1", "i2", default)).ShouldBeNull();
        (await store.GetContextAsync("r1", "s", "k", default))!.Value.Text().ShouldBe("v");
        (await store.ReadOpenRunsAsync(lease.Partition, default).AllAsync()).ShouldBe([("r1", Noon)]);
    }

    [Fact]
    public async Task AnswerInbox_LeaseLost_IsRefusedAndTheItemStays()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.PutInboxAsync(new InboxItem("i1", "r1", Bytes("?")), default);
        await store.ReleaseAsync(lease, default);

        await Should.ThrowAsync<LeaseLostException>(() => store.AnswerInboxAsync(lease, "r1", new InboxAnswer("i1", Bytes("no")), default));
        (await store.AppendAsync(lease, Batch("r1", 0, "a").With(answers: [new("i1", Bytes("no"))]), default)).Status.ShouldBe(AppendStatus.LeaseLost);

        (await store.ReadInboxAsync(lease.Partition, default)).Count.ShouldBe(1);
        (await store.ReadAnswerAsync("r1", "i1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task WatchInbox_ItemFromAnotherReplica_WakesTheOwnerAndTheAnswerTheAsker()
    {
        var owner = await Harness.OpenAsync();
        var asker = Harness.Shared ? await Harness.OpenAsync() : owner;
        var lease = await owner.LeaseAsync("r1");
        using var came = new SemaphoreSlim(0);
        using var answered = new SemaphoreSlim(0);
        await using var inbox = owner.WatchInbox(lease.Partition, () => came.Release());
        await using var run = asker.Watch("r1", () => answered.Release());

        for (var i = 0; i < 20; i++)
        {
            await asker.PutInboxAsync(new InboxItem("i" + i, "r1", Bytes("?")), default);
            IReadOnlyList<InboxItem> items = [];
            while ((items = await owner.ReadInboxAsync(lease.Partition, default)).Count == 0)
            {
                (await came.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue($"no wake-up for item {i}");
            }

            var answer = new InboxAnswer(items.Single().Id, Bytes("yes"));
            if (i % 2 == 0)
            {
                await owner.AnswerInboxAsync(lease, "r1", answer, default);
            }
            else
            {
                await owner.ShouldAppendAsync(lease, Batch("r1", i / 2, "e").With(answers: [answer]));
            }

            while (await asker.ReadAnswerAsync("r1", "i" + i, default) is null)
            {
                (await answered.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue($"no wake-up for answer {i}");
            }
        }
    }
}

using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class ContextTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task Write_NewAndAgain_CountsVersions()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(context: [new("run", "k", 0, Bytes("one"))]));
        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(context: [new("run", "k", 1, Bytes("two\nlines")), new("run", "l", null, Bytes(""))]));
        await store.ShouldAppendAsync(lease, Batch("r1", 2, "c").With(context: [new("run", "l", null, Bytes("x"))]));

        store = await Harness.OpenAsync();

        var k = (await store.GetContextAsync("r1", "run", "k", default))!;
        (k.Scope, k.Key, k.Version, k.Value.Text()).ShouldBe(("run", "k", 2, "two\nlines"));
        var l = (await store.GetContextAsync("r1", "run", "l", default))!;
        (l.Version, l.Value.Text()).ShouldBe((2, "x"));
    }

    [Fact]
    public async Task Write_WrongVersion_RefusesTheWholeBatchAndNamesTheKey()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(context: [new("run", "k", null, Bytes("one"))]));

        var exists = await store.AppendAsync(
            lease, Batch("r1", 1, "b").With(context: [new("run", "other", null, Bytes("x")), new("run", "k", 0, Bytes("two"))], enqueue: [new("r1/t", "r1", "w", 1, Noon)]), default);
        var missing = await store.AppendAsync(lease, Batch("r1", 1, "b").With(context: [new("run", "none", 3, Bytes("x"))]), default);

        exists.ShouldBe(new AppendResult(AppendStatus.ContextConflict, 1, "run/k"));
        missing.ShouldBe(new AppendResult(AppendStatus.ContextConflict, 1, "run/none"));
        (await store.GetContextAsync("r1", "run", "other", default)).ShouldBeNull();
        (await store.ReadQueueAsync(lease.Partition, default).AllAsync()).ShouldBeEmpty();
        (await store.EventsAsync("r1")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task List_ManyInTwoScopes_GivesEachOfTheScopeOnce()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        var writes = Enumerable.Range(0, 300).Select(i => new ContextWrite("run", "key ü " + i, 0, Bytes("value " + i)));
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(context: [.. writes, new("task:1", "key ü 1", 0, Bytes("other"))]));

        var listed = await store.ListContextAsync("r1", "run", default).AllAsync();

        listed.Select(c => (c.Key, c.Version, c.Value.Text())).Order()
            .ShouldBe(Enumerable.Range(0, 300).Select(i => ("key ü " + i, 1L, "value " + i)).Order());
        (await store.ListContextAsync("r1", "task:1", default).AllAsync()).Single().Value.Text().ShouldBe("other");
        (await store.ListContextAsync("r1", "none", default).AllAsync()).ShouldBeEmpty();
        (await store.ListContextAsync("r9", "run", default).AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_SameKeyTwiceInOneBatch_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        (await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(
            lease, Batch("r1", 0, "a").With(context: [new("s", "k", null, Bytes("1")), new("s", "k", null, Bytes("2"))]), default)))
            .Message.ShouldContain("'s/k' is written twice");
    }
}

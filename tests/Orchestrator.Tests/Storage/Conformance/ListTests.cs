using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class ListTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task GetIndex_AfterChanges_GivesTheLatest()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(index: Index("r1", "PENDING")));
        var done = Index("r1", "COMPLETED", open: false) with { UpdatedAt = Noon.AddHours(1), Summary = Bytes("{\"ü\":1}") };
        await store.ShouldAppendAsync(lease, Batch("r1", 1, "b").With(index: done));

        (await store.GetIndexAsync("r1", default)).Show().ShouldBe(done.Show());
        (await (await Harness.OpenAsync()).GetIndexAsync("r1", default)).Show().ShouldBe(done.Show());
        (await store.GetIndexAsync("none", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Append_IndexWithOtherTenantOrCreation_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a").With(index: Index("r1")));

        await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(lease, Batch("r1", 1, "b").With(index: Index("r1", tenant: "other")), default));
        await Should.ThrowAsync<ArgumentException>(async () => await store.AppendAsync(lease, Batch("r1", 1, "b").With(index: Index("r1", second: 1)), default));
        (await store.GetVersionAsync("r1", default)).ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task List_PageByPage_GivesEachRunOnceNewestFirst(int limit)
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);

        // Several share a creation time.
        var runs = Enumerable.Range(0, 50).Select(i => Index($"run-{(i * 7) % 50:D2}", second: i / 3)).ToList();
        runs.Add(Index("foreign", tenant: "other"));
        foreach (var run in runs)
        {
            await store.ShouldAppendAsync(leases[Partitions.Of(run.RunId, PartitionCount)], Batch(run.RunId, 0, "a").With(index: run));
        }

        List<string> listed = [];
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery("local", [], null, cursor, limit), default);
            page.Runs.Count.ShouldBeLessThanOrEqualTo(limit);
            listed.AddRange(page.Runs.Select(r => r.Show()));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        listed.ShouldBe(runs.SkipLast(1).OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.RunId, StringComparer.Ordinal).Select(r => r.Show()));
    }

    [Fact]
    public async Task List_Filters_GiveOnlyWhatFits()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);
        string[] statuses = ["PENDING", "FAILED", "COMPLETED"];
        for (var i = 0; i < 30; i++)
        {
            var run = Index("run-" + i, statuses[i % 3], second: i, playbook: i % 2 == 0 ? "audit" : "research");
            await store.ShouldAppendAsync(leases[Partitions.Of(run.RunId, PartitionCount)], Batch(run.RunId, 0, "a").With(index: run));
        }

        var ended = await store.ListAsync(new RunQuery("local", ["FAILED", "COMPLETED"], "research", null, 100), default);
        ended.Runs.Select(r => r.RunId).ShouldBe(Enumerable.Range(0, 30).Where(i => i % 3 > 0 && i % 2 == 1).OrderDescending().Select(i => "run-" + i));
        ended.NextCursor.ShouldBeNull();
        (await store.ListAsync(new RunQuery("local", ["CANCELLED"], null, null, 10), default)).Runs.ShouldBeEmpty();
        (await store.ListAsync(new RunQuery("nobody", [], null, null, 10), default)).Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_FilterThatFitsFewOfMany_FindsThem()
    {
        var store = await Harness.OpenAsync();
        var leases = await AllLeases(store);
        await Task.WhenAll(Enumerable.Range(0, 2600).Select(i =>
        {
            var run = Index($"run-{i:D4}", i is 3 or 1300 ? "FAILED" : "COMPLETED", second: i);
            return store.ShouldAppendAsync(leases[Partitions.Of(run.RunId, PartitionCount)], Batch(run.RunId, 0, "a").With(index: run));
        }));

        var first = await store.ListAsync(new RunQuery("local", ["FAILED"], null, null, 1), default);
        var second = await store.ListAsync(new RunQuery("local", ["FAILED"], null, first.NextCursor, 1), default);

        first.Runs.Single().RunId.ShouldBe("run-1300");
        second.Runs.Single().RunId.ShouldBe("run-0003");
        second.NextCursor.ShouldBeNull();
    }

    [Theory]
    [InlineData("nonsense", 10)]
    [InlineData("12~", 10)]
    [InlineData("12~a b", 10)]
    [InlineData(null, 0)]
    [InlineData(null, 1001)]
    public async Task List_BadCursorOrLimit_IsRefused(string? cursor, int limit)
    {
        var store = await Harness.OpenAsync();
        await Should.ThrowAsync<ArgumentException>(() => store.ListAsync(new RunQuery("local", [], null, cursor, limit), default));
    }
}

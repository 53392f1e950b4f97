using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class SnapshotTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task SaveSnapshot_NewerThenOlder_KeepsTheNewer()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a", "b", "c"));
        (await store.ReadSnapshotAsync("r1", default)).ShouldBeNull();

        await store.SaveSnapshotAsync(lease, "r1", 1, Bytes("one"), default);
        await store.SaveSnapshotAsync(lease, "r1", 3, Bytes("three"), default);
        await store.SaveSnapshotAsync(lease, "r1", 2, Bytes("two"), default);
        store = await Harness.OpenAsync();

        var snapshot = (await store.ReadSnapshotAsync("r1", default)).ShouldNotBeNull();
        (snapshot.Version, snapshot.Data.Text()).ShouldBe((3, "three"));
    }

    [Fact]
    public async Task SaveSnapshot_AheadOfTheLog_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));

        (await Should.ThrowAsync<ArgumentException>(() => store.SaveSnapshotAsync(lease, "r1", 2, Bytes("x"), default))).Message.ShouldContain("has not reached version 2");
        (await store.ReadSnapshotAsync("r1", default)).ShouldBeNull();
    }
}

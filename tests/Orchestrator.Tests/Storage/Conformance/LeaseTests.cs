using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class LeaseTests(StoreHarness harness) : ConformanceTests(harness)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Acquire_HeldByAnother_IsNull()
    {
        var store = await Harness.OpenAsync();
        (await store.AcquireAsync(0, "a", Long, default)).ShouldNotBeNull();

        (await store.AcquireAsync(0, "b", Long, default)).ShouldBeNull();
        (await store.AcquireAsync(1, "b", Long, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Acquire_AfterRelease_HasHigherEpochAndOtherNonce()
    {
        var store = await Harness.OpenAsync();
        var first = (await store.AcquireAsync(0, "a", Long, default))!;
        await store.ReleaseAsync(first, default);

        var second = (await store.AcquireAsync(0, "a", Long, default))!;

        second.Epoch.ShouldBe(first.Epoch + 1);
        second.Nonce.ShouldNotBe(first.Nonce);
    }

    [Fact]
    public async Task Acquire_AtOnce_ExactlyOneGetsIt()
    {
        var store = await Harness.OpenAsync();
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AcquireAsync(2, "o" + i, Long, default)));
        leases.Count(l => l is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Acquire_AfterReopening_EpochGoesOn()
    {
        var store = await Harness.OpenAsync();
        var first = (await store.AcquireAsync(0, "a", Long, default))!;
        await store.ReleaseAsync(first, default);

        store = await Harness.OpenAsync();

        (await store.AcquireAsync(0, "a", Long, default))!.Epoch.ShouldBe(first.Epoch + 1);
    }

    [Fact]
    public async Task Append_AfterAnotherAcquired_RecordsNothing()
    {
        var store = await Harness.OpenAsync();
        var partition = Partitions.Of("r1", PartitionCount);
        var old = (await store.AcquireAsync(partition, "a", Short, default))!;
        await store.ShouldAppendAsync(old, Batch("r1", 0, "a"));
        var current = await AcquireWhenFree(store, partition);

        (await store.AppendAsync(old, Batch("r1", 1, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
        (await store.RenewAsync(old, Long, default)).ShouldBeFalse();
        await Should.ThrowAsync<LeaseLostException>(() => store.SaveSnapshotAsync(old, "r1", 1, Bytes("s"), default));
        await Should.ThrowAsync<LeaseLostException>(() => store.DeleteRunAsync(old, "r1", default));
        await store.ReleaseAsync(old, default);

        await store.ShouldAppendAsync(current, Batch("r1", 1, "b"));
        (await store.EventsAsync("r1")).ShouldBe(["a", "b"]);
        (await store.ReadSnapshotAsync("r1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Append_RightEpochWrongNonce_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");

        (await store.AppendAsync(lease with { Nonce = "forged" }, Batch("r1", 0, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
        (await store.AppendAsync(lease with { Epoch = lease.Epoch + 1 }, Batch("r1", 0, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
        (await store.AppendAsync(lease with { Nonce = "" }, Batch("r1", 0, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
    }

    [Fact]
    public async Task Append_AfterRelease_IsRefused()
    {
        var store = await Harness.OpenAsync();
        var lease = await store.LeaseAsync("r1");
        await store.ReleaseAsync(lease, default);

        (await store.AppendAsync(lease, Batch("r1", 0, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
        (await store.AppendAsync(lease with { Nonce = "" }, Batch("r1", 0, "x"), default)).Status.ShouldBe(AppendStatus.LeaseLost);
        (await store.RenewAsync(lease, Long, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Renew_InTime_KeepsOthersOut()
    {
        var store = await Harness.OpenAsync();
        var lease = (await store.AcquireAsync(0, "a", Short, default))!;
        (await store.RenewAsync(lease, Long, default)).ShouldBeTrue();

        await PassAsync(store, lease.Partition, Short);

        (await store.AcquireAsync(0, "b", Long, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Renew_ExpiredButNotTaken_WorksAgain()
    {
        var store = await Harness.OpenAsync();
        var lease = (await store.AcquireAsync(Partitions.Of("r1", PartitionCount), "a", Short, default))!;
        await PassAsync(store, lease.Partition, Short);

        await store.ShouldAppendAsync(lease, Batch("r1", 0, "a"));
        (await store.RenewAsync(lease, Long, default)).ShouldBeTrue();
        (await store.AcquireAsync(lease.Partition, "b", Long, default)).ShouldBeNull();
    }

    // By the store's own clock: a lease of another partition that begins now and lasts as long has run out.
    private static async Task PassAsync(IRunStore store, int inUse, TimeSpan duration)
    {
        var other = (inUse + 1) % PartitionCount;
        (await store.AcquireAsync(other, "clock", duration, default)).ShouldNotBeNull();
        await AcquireWhenFree(store, other);
    }

    private static async Task<PartitionLease> AcquireWhenFree(IRunStore store, int partition)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await store.AcquireAsync(partition, "b", Long, default) is { } lease)
            {
                return lease;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The lease never ran out.");
    }
}

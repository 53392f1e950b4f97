using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class MemberTests(StoreHarness harness) : ConformanceTests(harness)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task PutMember_Several_AreReadByIdAndByGroup()
    {
        var store = await Harness.OpenAsync();
        var other = Harness.Shared ? await Harness.OpenAsync() : store;
        await store.PutMemberAsync("replicas", new Member("b", Bytes("two")), Long, default);
        await store.PutMemberAsync("replicas", new Member("a", Bytes("one\n")), Long, default);
        await store.PutMemberAsync("instances", new Member("a", default), Long, default);

        await ShouldBeAsync(other, "replicas", "a=one\n", "b=two");
        await ShouldBeAsync(other, "instances", "a=");
        await ShouldBeAsync(other, "nobody");

        await store.PutMemberAsync("replicas", new Member("a", Bytes("new")), Long, default);
        await store.RemoveMemberAsync("replicas", "b", default);
        await store.RemoveMemberAsync("replicas", "b", default);
        await ShouldBeAsync(other, "replicas", "a=new");
    }

    [Fact]
    public async Task PutMember_NotRenewed_IsGoneAndTheRenewedStays()
    {
        var store = await Harness.OpenAsync();
        await store.PutMemberAsync("g", new Member("brief", Bytes("1")), Short, default);
        await store.PutMemberAsync("g", new Member("renewed", Bytes("2")), Short, default);
        await store.PutMemberAsync("g", new Member("renewed", Bytes("2")), Long, default);

        await EventuallyAsync(async () => (await store.ReadMembersAsync("g", default)).All(m => m.Id != "brief"), "the time of a member runs out");

        await ShouldBeAsync(store, "g", "renewed=2");
        await store.PutMemberAsync("g", new Member("brief", Bytes("1")), Long, default);
        await ShouldBeAsync(store, "g", "brief=1", "renewed=2");
    }

    [Fact]
    public async Task PutMember_LongerThanTheOthers_OutlivesThem()
    {
        var store = await Harness.OpenAsync();
        await store.PutMemberAsync("g", new Member("long", Bytes("1")), Long, default);
        await store.PutMemberAsync("g", new Member("brief", Bytes("2")), Short, default);

        await EventuallyAsync(async () => (await store.ReadMembersAsync("g", default)).Count == 1, "the time of a member runs out");

        await ShouldBeAsync(store, "g", "long=1");
    }

    [Fact]
    public async Task WatchMembers_CameChangedAndTakenAway_WakesTheOtherReplica()
    {
        var writer = await Harness.OpenAsync();
        var reader = Harness.Shared ? await Harness.OpenAsync() : writer;
        using var woken = new SemaphoreSlim(0);
        await using var watch = reader.WatchMembers("g", () => woken.Release());

        for (var i = 0; i < 10; i++)
        {
            await writer.PutMemberAsync("g", new Member("a", Bytes("v" + i)), Long, default);
            await SeenAsync(m => m.Count == 1 && m[0].Data.Text() == "v" + i);
        }

        await writer.RemoveMemberAsync("g", "a", default);
        await SeenAsync(m => m.Count == 0);

        async Task SeenAsync(Func<IReadOnlyList<Member>, bool> seen)
        {
            while (!seen(await reader.ReadMembersAsync("g", default)))
            {
                (await woken.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue("a change of the members wakes");
            }
        }
    }

    [Fact]
    public async Task PutMember_TooLargeOrBadName_IsRefused()
    {
        var store = await Harness.OpenAsync();
        (await Should.ThrowAsync<ArgumentException>(() => store.PutMemberAsync("g", new Member("a", new byte[StoreLimits.MaxMemberBytes + 1]), Long, default)))
            .Message.ShouldContain("at most 1048576 are allowed");
        await Should.ThrowAsync<ArgumentException>(() => store.PutMemberAsync("g g", new Member("a", default), Long, default));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => store.PutMemberAsync("g", new Member("a", default), TimeSpan.Zero, default));
    }

    private static async Task ShouldBeAsync(IRunStore store, string group, params string[] members) =>
        (await store.ReadMembersAsync(group, default)).Select(m => $"{m.Id}={m.Data.Text()}").ShouldBe(members);
}

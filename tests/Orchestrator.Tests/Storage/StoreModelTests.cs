using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using Orchestrator.Tests.Storage.Embedded;
using Orchestrator.Tests.Storage.Redis;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage;

/// <summary>Random sequences of calls to a store and to <see cref="StoreModel"/>: both answer alike at each step.</summary>
[Collection(SharedRedis.Name)]
public sealed class StoreModelTests(RedisServer server)
{
    private static readonly string[] Runs = ["a", "b"];
    private static readonly string[] Owners = ["one", "two"];

    [Fact]
    public void Embedded_AnySequenceOfCalls_AnswersLikeTheModel() => Check(() => new EmbeddedHarness(), 60);

    [Fact]
    public void Redis_AnySequenceOfCalls_AnswersLikeTheModel() => Check(() => new RedisHarness(server), 60);

    // A step is a number for the kind and one for its details, so that a failing sequence shrinks to a short one.
    private static void Check(Func<StoreHarness> create, int count)
    {
        var steps = ArbMap.Default.ArbFor<(byte Kind, byte Detail)[]>();
        Prop.ForAll(steps, s => RunAsync(create, s).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60));
    }

    private static async Task RunAsync(Func<StoreHarness> create, (byte Kind, byte Detail)[] steps)
    {
        await using var harness = create();
        var store = await harness.OpenAsync(partitions: 1);
        var model = new StoreModel();
        var leases = Owners.ToDictionary(o => o, _ => new PartitionLease(0, 0, "none"), StringComparer.Ordinal);
        leases["one"] = await store.LeaseAsync("a");
        model.Acquire("one").ShouldBe(leases["one"].Epoch);
        AppendBatch? last = null;
        for (var i = 0; i < steps.Length; i++)
        {
            var (kind, detail) = steps[i];
            var run = Runs[detail % 2];
            var who = model.Holder is { } holder && detail % 8 != 7 ? holder : Owners[(detail >> 3) % 2];
            switch (kind % 16)
            {
                case 0:
                    var lease = await store.AcquireAsync(0, who, Long, default);
                    (lease?.Epoch).ShouldBe(model.Acquire(who));
                    leases[who] = lease ?? leases[who];
                    break;
                case 1 when detail % 4 == 0:
                    await store.ReleaseAsync(leases[who], default);
                    model.Release(who);
                    break;
                case 2:
                    (await store.RenewAsync(leases[who], Long, default)).ShouldBe(model.Holder == who);
                    break;
                case 3 when detail % 4 == 0:
                    await DeleteAsync(store, model, leases[who], who, run);
                    break;
                case 4 when store is EmbeddedRunStore embedded:
                    await embedded.CompactAsync();
                    break;
                case 5 when detail % 4 == 0 && !harness.Shared:
                    model.Release(model.Holder ?? "");
                    store = await harness.OpenAsync(partitions: 1);
                    break;
                case 6 when last is not null:
                    (await store.AppendAsync(leases[who], last, default)).ShouldBe(model.Append(who, last));
                    break;
                default:
                    last = Any(run, model.Version(run) + (detail % 16 == 15 ? 1 : 0), i, kind, detail);
                    (await store.AppendAsync(leases[who], last, default)).ShouldBe(model.Append(who, last));
                    break;
            }

            (await StoreModel.ShowAsync(store, Runs)).ShouldBe(model.Show());
        }
    }

    private static async Task DeleteAsync(IRunStore store, StoreModel model, PartitionLease lease, string who, string run)
    {
        if (model.Delete(who, run))
        {
            await store.DeleteRunAsync(lease, run, default);
        }
        else
        {
            await Should.ThrowAsync<LeaseLostException>(() => store.DeleteRunAsync(lease, run, default));
        }
    }

    private static AppendBatch Any(string run, long expected, int step, byte kind, byte detail)
    {
        var task = $"{run}/{detail % 3}";
        return Batch(run, expected, [.. Enumerable.Range(0, 1 + (detail % 3)).Select(i => $"{step}.{i}")]).With(
            index: kind % 3 == 0 ? Index(run, "S" + (detail % 4), open: detail % 5 != 0) : null,
            wakeAt: kind % 5 == 0 ? Noon.AddSeconds(detail) : null,
            clearWake: kind % 5 == 1,
            enqueue: kind % 4 == 0 ? [new(task, run, detail % 2 == 0 ? "writer" : "reviewer", detail % 10, Noon.AddSeconds(step))] : [],
            dequeue: kind % 4 == 1 ? [task, run + "/9"] : [],
            context: kind % 2 == 0 ? [new("s", "k" + (detail % 2), detail % 4 == 3 ? detail % 6 : null, Bytes("v" + step))] : []);
    }
}

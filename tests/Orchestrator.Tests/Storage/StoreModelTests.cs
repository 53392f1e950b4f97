using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using Orchestrator.Tests.Storage.Embedded;
using Orchestrator.Tests.Storage.Redis;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage;

/// <summary>
/// Random sequences of calls to a store and to <see cref="StoreModel"/>: both answer alike at each step, and show the
/// same afterwards. Several owners compete for the partitions, with leases that run out, and go on with those they lost.
/// </summary>
[Collection(SharedRedis.Name)]
public sealed class StoreModelTests(RedisServer server)
{
    private const int PartitionCount = 2;
    private static readonly string[] Owners = ["one", "two", "three"];
    private static readonly string[] Runs = ["a", "b", "c", "d"];
    private static readonly (string Id, string RunId)[] Items = [("i0", "a"), ("i1", "b"), ("i2", "a"), ("i3", "c")];

    [Fact]
    public void Embedded_AnySequenceOfCalls_AnswersLikeTheModel() => Check(() => new EmbeddedHarness(), 60);

    [Fact]
    public void Redis_AnySequenceOfCalls_AnswersLikeTheModel() => Check(() => new RedisHarness(server), 60);

    [Fact]
    public void Runs_OfTheModel_AreInBothPartitions() =>
        Runs.Select(r => Partitions.Of(r, PartitionCount)).Distinct().Count().ShouldBe(PartitionCount);

    // A step is a number for the kind and one for its details, so that a failing sequence shrinks to a short one.
    private static void Check(Func<StoreHarness> create, int count)
    {
        var steps = ArbMap.Default.ArbFor<(byte Kind, byte Detail)[]>();
        Prop.ForAll(steps, s => new Sequence(create).RunAsync(s).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60));
    }

    private sealed class Sequence(Func<StoreHarness> create)
    {
        private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(1);
        private readonly StoreModel _model = new(PartitionCount);
        private readonly Dictionary<(string Owner, int Partition), PartitionLease> _leases = [];
        private readonly List<AppendBatch> _batches = [];
        private IRunStore _store = null!;

        public async Task RunAsync((byte Kind, byte Detail)[] steps)
        {
            await using var harness = create();
            _store = await harness.OpenAsync(PartitionCount);
            for (var p = 0; p < PartitionCount; p++)
            {
                await AcquireAsync(Owners[p], p, Long);
            }

            for (var i = 0; i < steps.Length; i++)
            {
                await StepAsync(harness, i, steps[i].Kind, steps[i].Detail);
                (await StoreModel.ShowAsync(_store, Runs, Items)).ShouldBe(_model.Show(Runs, Items.Select(t => t.Id)), $"after step {i} of {steps.Length}: {steps[i]}");
            }
        }

        private async Task StepAsync(StoreHarness harness, int step, byte kind, byte detail)
        {
            var run = Runs[detail % 4];
            var partition = Partitions.Of(run, PartitionCount);

            // Mostly the owner; now and then somebody else, who never was or no longer is.
            var who = _model.Holder(partition) is { } holder && detail % 8 != 7 ? holder : Owners[(detail >> 3) % 3];
            var lease = _leases.GetValueOrDefault((who, partition)) ?? new PartitionLease(partition, 0, "none");
            var (item, about) = Items[(detail >> 2) % 4];
            switch (kind % 20)
            {
                case 0:
                    await AcquireAsync(Owners[(detail >> 3) % 3], partition, detail % 2 == 0 ? Brief : Long);
                    break;
                case 1 when detail % 4 == 0:
                    await _store.ReleaseAsync(lease, default);
                    _model.Release(lease, who);
                    break;
                case 2:
                    (await _store.RenewAsync(lease, Long, default)).ShouldBe(_model.Renew(lease, who));
                    break;
                case 3 when detail % 4 == 0:
                    await RefusedOrAsync(_model.Delete(lease, who, run), () => _store.DeleteRunAsync(lease, run, default));
                    break;
                case 4 when _store is EmbeddedRunStore embedded:
                    await embedded.CompactAsync();
                    break;
                case 5 when detail % 4 == 0 && !harness.Shared:
                    _model.Restart();
                    _store = await harness.OpenAsync(PartitionCount);
                    break;
                case 6 or 7 when _batches.Count > 0:
                    // The last one again, as after an unknown outcome; or an old one, which a late repetition is.
                    var again = _batches[kind % 20 == 6 ? ^1 : detail % _batches.Count];
                    var own = Partitions.Of(again.RunId, PartitionCount);
                    var its = _leases.GetValueOrDefault((who, own)) ?? new PartitionLease(own, 0, "none");
                    (await _store.AppendAsync(its, again, default)).ShouldBe(_model.Append(its, who, again));
                    break;
                case 8:
                    var request = new InboxItem(item, about, Bytes("?" + step));
                    await _store.PutInboxAsync(request, default);
                    _model.Put(request);
                    break;
                case 9:
                    await AnswerAsync(item, about, who, new InboxAnswer(item, Bytes("!" + step)));
                    break;
                case 10:
                    var member = new Member("m" + (detail % 3), Bytes("v" + (detail >> 6)));
                    await _store.PutMemberAsync(StoreModel.Group, member, Long, default);
                    _model.PutMember(member);
                    break;
                case 11:
                    await _store.RemoveMemberAsync(StoreModel.Group, "m" + (detail % 3), default);
                    _model.RemoveMember("m" + (detail % 3));
                    break;
                default:
                    var batch = Any(run, _model.Version(run) + (detail % 16 == 15 ? 1 : 0), step, kind, detail);
                    _batches.Add(batch);
                    (await _store.AppendAsync(lease, batch, default)).ShouldBe(_model.Append(lease, who, batch));
                    break;
            }
        }

        private async Task AcquireAsync(string who, int partition, TimeSpan duration)
        {
            var lease = await _store.AcquireAsync(partition, who, duration, default);
            (lease?.Epoch).ShouldBe(_model.Acquire(partition, who, runsOut: duration == Brief));
            if (lease is not null)
            {
                _leases[(who, partition)] = lease;
            }

            if (duration == Brief)
            {
                // The store's clock is the machine's, and goes by the millisecond.
                await Task.Delay(TimeSpan.FromMilliseconds(4));
            }
        }

        private async Task AnswerAsync(string item, string about, string who, InboxAnswer answer)
        {
            var partition = Partitions.Of(about, PartitionCount);
            var lease = _leases.GetValueOrDefault((who, partition)) ?? new PartitionLease(partition, 0, "none");
            var holds = _model.Holds(lease, who);
            await RefusedOrAsync(holds, () => _store.AnswerInboxAsync(lease, about, answer, default));
            if (holds)
            {
                _model.Answer(answer with { Id = item });
            }
        }

        private static Task RefusedOrAsync(bool allowed, Func<Task> call) => allowed ? call() : Should.ThrowAsync<LeaseLostException>(call);

        private static AppendBatch Any(string run, long expected, int step, byte kind, byte detail)
        {
            var task = $"{run}/{detail % 3}";
            var entry = new QueueEntry(task, run, detail % 2 == 0 ? "writer" : "reviewer", detail % 10, Noon.AddSeconds(step))
            {
                Tenant = detail % 3 == 0 ? "" : "local",
                Data = detail % 5 == 0 ? default : Bytes("d" + step),
            };
            var items = Items.Where(i => Partitions.Of(i.RunId, PartitionCount) == Partitions.Of(run, PartitionCount)).ToArray();
            return Batch(run, expected, [.. Enumerable.Range(0, 1 + (detail % 3)).Select(i => $"{step}.{i}")]).With(
                index: kind % 3 == 0 ? Index(run, "S" + (detail % 4), open: detail % 5 != 0) with { UpdatedAt = Noon.AddSeconds(detail) } : null,
                wakeAt: kind % 5 == 0 ? Noon.AddSeconds(detail) : null,
                clearWake: kind % 5 == 1,
                enqueue: kind % 4 == 0 ? [entry] : [],
                dequeue: kind % 4 == 1 ? [task, run + "/9"] : [],
                context: kind % 2 == 0 ? [new("s", "k" + (detail % 2), detail % 4 == 3 ? detail % 6 : null, Bytes("v" + step))] : [],
                answers: kind % 7 == 0 ? [new(items[detail % items.Length].Id, Bytes("a" + step))] : []);
        }
    }
}

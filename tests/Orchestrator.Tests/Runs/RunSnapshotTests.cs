using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class RunSnapshotTests
{
    private static readonly ByteString s_hash = ByteString.CopyFromUtf8("hash");

    [Fact]
    public void Load_SnapshotAndTail_IsTheSameAsTheWholeLog() => Prop.ForAll(
        RandomPlan.Arbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (plan, seed) =>
        {
            var run = new RandomRun(plan.Build(timed: true), seed, troubles: true);
            run.ToEnd(steps: seed % 60);
            var cut = seed % (run.Log.Count + 1);
            var head = RunState.Load(run.Log.Take(cut));
            var bytes = RunSnapshot.Save(head, s_hash);

            var (loaded, hash) = RunSnapshot.Load(bytes, run.Log.Skip(cut)) ?? throw new InvalidOperationException("It cannot be read.");

            // Equal in all that a snapshot says, in what people see, and in what is to be done.
            var whole = RunState.Load(run.Log);
            var same = hash == s_hash && (whole.Status.IsTerminal() || Facts(loaded).SequenceEqual(Facts(whole))) && Said(loaded) == Said(whole)
                && RunViews.Run(loaded, true, run.Now).Equals(RunViews.Run(whole, true, run.Now))
                && loaded.WakeAt == whole.WakeAt && loaded.InFlight == whole.InFlight && loaded.OpenApprovals == whole.OpenApprovals
                && loaded.Decide().SequenceEqual(whole.Decide(), CommandEquality.Instance);

            // And what happens next leads to the same.
            foreach (var input in run.AnyInputs().ToList())
            {
                List<RunEvent> one = [];
                List<RunEvent> other = [];
                RunMachine.Step(loaded, RandomRun.RunId, input, run.Now, one);
                RunMachine.Step(whole, RandomRun.RunId, input, run.Now, other);
                same &= one.SequenceEqual(other);
            }

            return same && Said(loaded) == Said(whole);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void Save_LongLogOfFewTasks_StaysSmall()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Start("a");
        var size = RunSnapshot.Save(run.State, s_hash).Length;
        for (var i = 0; i < 5000; i++)
        {
            run.Do(new RunInput.Progress("a", 1, i / 5000.0, "")).ShouldBeNull();
        }

        RunSnapshot.Save(run.State, s_hash).Length.ShouldBeLessThan(size + 100);
    }

    [Fact]
    public void Load_DamagedOrOfAnotherRelease_IsNotRead()
    {
        var bytes = RunSnapshot.Save(RunDriver.Started(Of(Task("a"))).State, s_hash);
        RunSnapshot.Load(bytes.AsSpan(0, bytes.Length - 1), []).ShouldBeNull();

        RunSnapshot.Load(new RunStateSnapshot { Format = 2 }.ToByteArray(), []).ShouldBeNull();
    }

    // Every simple property of every task, also those that somebody adds later and forgets to save.
    private static IEnumerable<string> Facts(RunState state) => state.Tasks.SelectMany(task => typeof(TaskNode).GetProperties()
        .Where(property => property.PropertyType.IsValueType || property.PropertyType == typeof(string))
        .Select(property => $"{task.Id}.{property.Name} = {property.GetValue(task)}"));

    // Without what only the order of considering says, and without the draft, which nobody needs after the plan.
    private static string Said(RunState state)
    {
        var snapshot = state.ToSnapshot();
        snapshot.Considered.Clear();
        return snapshot.ToString();
    }

    private sealed class CommandEquality : IEqualityComparer<RunCommand>
    {
        public static readonly CommandEquality Instance = new();

        public bool Equals(RunCommand? x, RunCommand? y) => x!.ToString() == y!.ToString();

        public int GetHashCode(RunCommand command) => StringComparer.Ordinal.GetHashCode(command.ToString()!);
    }
}

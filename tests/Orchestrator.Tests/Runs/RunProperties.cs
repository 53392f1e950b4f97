using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>What holds for every plan and every order in which things happen.</summary>
public class RunProperties
{
    [Fact]
    public void AnyOrderOfResults_GivesTheSameOutcome() => Check((plan, seed) =>
    {
        var one = new RandomRun(plan, seed, troubles: false);
        var other = new RandomRun(plan, seed + 1, troubles: false);
        one.ToEnd();
        other.ToEnd();
        return Outcome(one.State) == Outcome(other.State);
    });

    [Fact]
    public void NoTaskStarts_BeforeItsDependenciesHaveEnded() => Check((plan, seed) =>
    {
        var run = new RandomRun(plan, seed, troubles: true);
        return run.ToEnd(e => e.TaskStarted is not { } started || run.State.Find(started.TaskId)!.Definition.DependsOn
            .All(name => run.State.Find(name)!.Status.IsTerminal()));
    });

    [Fact]
    public void NeverTwoLiveAttempts_AndTheyAreCountedWithoutGaps() => Check((plan, seed) =>
    {
        var live = new Dictionary<string, int>();
        var last = new Dictionary<string, int>();
        return new RandomRun(plan, seed, troubles: true).ToEnd(e =>
        {
            switch (e.BodyCase)
            {
                case RunEvent.BodyOneofCase.TaskStarted:
                    var ok = !live.ContainsKey(e.TaskStarted.TaskId) && e.TaskStarted.Attempt == last.GetValueOrDefault(e.TaskStarted.TaskId) + 1;
                    live[e.TaskStarted.TaskId] = last[e.TaskStarted.TaskId] = e.TaskStarted.Attempt;
                    return ok;
                case RunEvent.BodyOneofCase.TaskOutput:
                    return live.Remove(e.TaskOutput.TaskId, out var done) && done == e.TaskOutput.Attempt;
                case RunEvent.BodyOneofCase.AttemptFailed:
                    return live.Remove(e.AttemptFailed.TaskId, out var failed) && failed == e.AttemptFailed.Attempt;
                default:
                    return true;
            }
        });
    });

    [Fact]
    public void Terminal_IsTerminal() => Check((plan, seed) =>
    {
        var run = new RandomRun(plan, seed, troubles: true);
        run.ToEnd();
        var before = run.Log.Count;
        var refused = run.AnyInputs().All(input => RunMachine.Step(run.State, RandomRun.RunId, input, run.Now, run.Log) is not null);
        return refused && run.Log.Count == before && run.State.Tasks.All(task => task.Status.IsTerminal());
    });

    [Fact]
    public void Replay_OfTheStoredLog_GivesTheSameState() => Check((plan, seed) =>
    {
        var run = new RandomRun(plan, seed, troubles: true);
        for (var steps = seed % 40; steps > 0 && run.Act(); steps--)
        {
        }

        var replayed = RunState.Load(run.Log.Select(e => RunEvent.Parser.ParseFrom(e.ToByteArray())));
        var same = RunViews.Run(replayed, true, run.Now).Equals(RunViews.Run(run.State, true, run.Now));

        // And what is open is offered again: both go on to an end.
        var open = replayed.Decide().Select(command => command switch
        {
            RunCommand.Offer offer => offer.TaskId,
            RunCommand.Execute execute => execute.TaskId,
            _ => "?",
        }).Order();
        var expected = run.State.Tasks.Where(task => task.Queued || (task.Status == State.InProgress && task.Kind != TaskKind.Foreach)).Select(task => task.Id).Order();
        return same && open.SequenceEqual(expected);
    });

    private static string Outcome(RunState state) => state.Status == State.Failed
        ? "FAILED" // which of several fatal failures comes first depends on the order
        : string.Join("\n", state.Tasks.OrderBy(task => task.Id).Select(task => $"{task.Id} {task.Status} {task.Output} {task.Score}").Prepend($"{state.Status} {state.Completion?.Output}"));

    private static void Check(Func<Plan, int, bool> property) =>
        Prop.ForAll(RandomPlan.Arbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (spec, seed) => property(spec.Build(), seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}

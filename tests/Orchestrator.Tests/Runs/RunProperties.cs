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
    }, timed: false);

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
                case RunEvent.BodyOneofCase.TaskOutput when e.TaskOutput.Attempt == 0:
                    return !live.ContainsKey(e.TaskOutput.TaskId); // a fallback's value
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
            RunCommand.StartSubRun start => start.TaskId,
            _ => "?",
        }).Order();
        var expected = run.State.Tasks.Where(task => task.Queued || task.Running || task.SubRun is not null).Select(task => task.Id).Order();
        return same && open.SequenceEqual(expected);
    });

    [Fact]
    public void WhatIsCounted_IsWhatIsThere() => Check((plan, seed) =>
    {
        var run = new RandomRun(plan, seed, troubles: true);
        do
        {
            var state = run.State;
            var wakes = state.Tasks.Select(task => task.WakeAt).Append(state.Deadline).Where(at => at is not null).ToList();
            var groups = state.Tasks.Where(task => task.Items is not null && task.Status == State.InProgress);
            if (state.InFlight != state.Tasks.Count(task => task.Running) + state.Tasks.Count(task => task.SubRun is not null)
                || state.OpenApprovals != state.Tasks.Count(task => task.ApprovalOpen)
                || state.WakeAt != (state.Status.IsTerminal() || wakes.Count == 0 ? null : wakes.Min())
                || state.TasksEnded != state.Tasks.Count(task => task.Status.IsTerminal())
                || !groups.All(group => Active(group) == group.ActiveItems
                    && (group.Definition.MaxParallel == 0 || group.ActiveItems <= group.Definition.MaxParallel)))
            {
                return false;
            }
        }
        while (run.Act());
        return run.State.InFlight == 0;

        static int Active(TaskNode group) => group.Items!.Count(item => item.Begun && !item.Status.IsTerminal());
    });

    [Fact]
    public void Tick_WhenTimeHasCome_LeavesNothingDue() => Check((plan, seed) =>
    {
        var run = new RandomRun(plan, seed, troubles: true);
        while (run.Act())
        {
            if (run.Log[^1].BodyCase is RunEvent.BodyOneofCase.WaitEnded or RunEvent.BodyOneofCase.ApprovalReminded && run.State.WakeAt <= run.Now)
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void Paused_NothingNewBegins() => Check((plan, seed) =>
    {
        var paused = false;
        return new RandomRun(plan, seed, troubles: true).ToEnd(e =>
        {
            paused = e.BodyCase == RunEvent.BodyOneofCase.RunPaused || (paused && e.BodyCase != RunEvent.BodyOneofCase.RunResumed);
            return !paused || e.BodyCase is not (RunEvent.BodyOneofCase.TaskStarted or RunEvent.BodyOneofCase.TaskExpanded
                or RunEvent.BodyOneofCase.ApprovalRequested or RunEvent.BodyOneofCase.SubRunStarted or RunEvent.BodyOneofCase.ReviewRequested);
        });
    });

    [Fact]
    public void RetriedRun_TakesOverWhatWasFinishedAndEnds() => Check((plan, seed) =>
    {
        var old = new RandomRun(plan, seed, troubles: true);
        old.ToEnd();
        if (old.State.Plan is null)
        {
            return true;
        }

        var adopted = Adoptions.From(old.State);
        var run = new RandomRun(old.State.Plan, seed, troubles: true, adopted);
        var started = new HashSet<string>();
        run.ToEnd(e => e.TaskStarted is null || started.Add(e.TaskStarted.TaskId) || true);
        return adopted.Where(task => task.Items.Count == 0).All(task => !started.Contains(task.TaskId) && run.State.Find(task.TaskId)!.Output!.Equals(task.Output));
    });

    private static string Outcome(RunState state) => state.Status == State.Failed
        ? "FAILED" // which of several fatal failures comes first depends on the order
        : string.Join("\n", state.Tasks.OrderBy(task => task.Id).Select(task => $"{task.Id} {task.Status} {Told(task)} {task.Score}").Prepend($"{state.Status} {string.Join(';', (state.Completion?.Missing ?? []).Order())}"));

    // When a decision was made and a wait ended depends on the order.
    private static string Told(TaskNode task) => task.Doer switch
    {
        Doer.Person => $"{task.Output?.Fields.GetValueOrDefault("approved")}",
        Doer.Clock => "",
        _ => $"{task.Output}",
    };

    private static void Check(Func<Plan, int, bool> property, bool timed = true) =>
        Prop.ForAll(RandomPlan.Arbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (spec, seed) => property(spec.Build(timed), seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>What a run may use is set aside before it is used, and what follows when it is short is what was declared.</summary>
public class BudgetTests
{
    [Fact]
    public void Parallel_LimitForThree_ThreeAreQueuedAndTheOthersWait()
    {
        var run = Wide(5, new Budget { Tokens = 300, ReserveTokens = 100 });

        run.Queued().ShouldBe(["t0", "t1", "t2"]);
        run.Log.Where(e => e.BudgetHeld is not null).Select(e => e.BudgetHeld.TaskId).ShouldBe(["t3", "t4"]);
        run.State.Find("t3")!.Note.ShouldBe("Waits for the run's tokens: 0 of 300 used, 300 set aside for others.");
    }

    [Fact]
    public void Result_UsesLessThanSetAside_TheRestIsFreeForTheNext()
    {
        var run = Wide(5, new Budget { Tokens = 300, ReserveTokens = 100 });

        run.Start("t0");
        Use(run, "t0", 10);
        run.Queued().ShouldBe(["t1", "t2"]); // 10 used, 200 set aside: 90 are not enough for another
        run.Start("t1");
        Use(run, "t1", 10);

        run.Queued().ShouldBe(["t2", "t3"]);
        RunCosts.Of(run.State, run.Now).ToString().ShouldContain("\"tokens\": \"200\"");
    }

    [Theory]
    [InlineData(50, 100)]
    [InlineData(7, 33)]
    public void FiftyParallelTasks_EachUsesWhatWasSetAside_NeverMoreThanTheLimit(int reserve, int limit)
    {
        var run = Wide(50, new Budget { Tokens = limit, ReserveTokens = reserve });

        while (run.State.Status == State.InProgress)
        {
            foreach (var id in run.Queued())
            {
                run.Start(id);
            }

            foreach (var task in run.State.Tasks.Where(task => task.Running).ToList())
            {
                Use(run, task.Id, task.Reserved!.Tokens);
                if (run.State.Status != State.InProgress)
                {
                    break;
                }
            }
        }

        run.State.Spent.Tokens.ShouldBe(limit);
        run.State.Failure!.Code.ShouldBe("BUDGET_EXHAUSTED");
    }

    [Fact]
    public void Attempt_UsesMoreThanSetAside_OvershootsByThatAttemptOnly()
    {
        var run = Wide(50, new Budget { Tokens = 100, ReserveTokens = 100 });

        run.Queued().ShouldBe(["t0"]);
        run.Start("t0");
        Use(run, "t0", 140);

        run.State.Status.ShouldBe(State.Failed);
        run.State.Failure!.Message.ShouldContain("140 of 100 tokens");
    }

    [Fact]
    public void EightyPercent_IsSaidOnce()
    {
        var run = Wide(4, new Budget { CostMicros = 1000, ReserveCostMicros = 100 });
        foreach (var (id, cost) in new[] { ("t0", 500), ("t1", 299), ("t2", 1), ("t3", 10) })
        {
            run.Start(id);
            run.Do(new RunInput.Succeed(id, 1, new Struct(), null, [], new Usage { CostMicros = cost }, 1)).ShouldBeNull();
            run.Log.Count(e => e.BudgetWarned is not null).ShouldBe(id is "t0" or "t1" ? 0 : 1);
        }

        var warned = run.Log.Single(e => e.BudgetWarned is not null).BudgetWarned;
        (warned.Scope, warned.Resource, warned.Used, warned.Limit, warned.Action).ShouldBe(("run", "cost", 800, 1000, "stop"));
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Short_Cheaper_TheNextAttemptIsToldTheModel()
    {
        var run = RunDriver.Started(Sum(new Budget { Tokens = 1000, ReserveTokens = 100, WhenShort = "cheaper", CheaperModel = "small" }, Task("a"), Task("b", "a")));
        run.Start("a");
        Assignments.Of(run.State, run.State.Find("a")!).ModelHint.ShouldBe("");
        Use(run, "a", 850);
        run.Start("b");

        Assignments.Of(run.State, run.State.Find("b")!).ModelHint.ShouldBe("small");
        Assignments.Of(run.State, run.State.Find("b")!).Reserved.Tokens.ShouldBe(100);
    }

    [Fact]
    public void Short_Degrade_OptionalTasksAreLeftOutAndTheResultSaysSo()
    {
        var run = RunDriver.Started(Sum(
            new Budget { Tokens = 1000, ReserveTokens = 100, WhenShort = "degrade" },
            Task("a"), Task("nice", "a").With(task => task.Optional = true), Task("must", "a")));
        run.Start("a");
        Use(run, "a", 850);

        run.StatusOf("nice").ShouldBe(State.Skipped);
        run.Work("must");
        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBe(["nice: Left out: the run has used 80 % of its tokens."]);
    }

    [Fact]
    public void TaskBudget_UsedUp_ItsFallbackIsTakenAndTheRunGoesOn()
    {
        var run = RunDriver.Started(Of(Task("a").With(task =>
            (task.Budget, task.Fallback, task.Retry) = (new Budget { Tokens = 100 }, new Fallback { Value = Output(("text", Value.ForString("none"))) }, new RetryPolicy { MaxAttempts = 9 }))));
        run.Start("a");
        run.Do(new RunInput.Fail("a", 1, new Failure { Code = "BROKEN", FailureClass = FailureClass.Transient, Usage = new Usage { OutputTokens = 100 } })).ShouldBeNull();

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldHaveSingleItem().ShouldContain("The task's budget is used up: 100 of 100 tokens.");
        run.Log.Single(e => e.BudgetWarned is not null).BudgetWarned.TaskId.ShouldBe("a");
    }

    [Fact]
    public void Attempts_OfTheRun_RetriesAndRevisionsCount()
    {
        var run = RunDriver.Started(Sum(new Budget { Attempts = 2 }, Task("a").With(task => task.Retry = new RetryPolicy { MaxAttempts = 9 })));
        run.Start("a");
        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceFull); // no attempt
        run.Start("a");
        run.Fail("a", FailureClass.Transient);
        run.Start("a");
        run.Fail("a", FailureClass.Transient);

        run.State.Failure!.Message.ShouldContain("2 of 2 attempts");
    }

    [Fact]
    public void LostAttempt_IsChargedWhatWasSetAside()
    {
        var run = Wide(1, new Budget { Tokens = 1000, ReserveTokens = 100 });
        run.Start("t0");
        run.Fail("t0", FailureClass.Transient, FailureCodes.InstanceLost);

        run.State.Spent.Tokens.ShouldBe(100);
    }

    [Fact]
    public void Seconds_OfTheRun_WarnsAtEightyPercentAndEndsIt()
    {
        var run = Wide(1, new Budget { Seconds = 100 });
        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(80));
        run.Pass(80);
        run.Log[^1].BudgetWarned.Resource.ShouldBe("seconds");
        run.Pass(20);

        run.State.Failure!.Code.ShouldBe("BUDGET_EXHAUSTED");
    }

    [Fact]
    public void Tighter_OfRequestAndPlaybook_Holds() => BudgetRules.Tighter(
        new Budget { Tokens = 10, Attempts = 3, WhenShort = "degrade" }, new Budget { Tokens = 5, CostMicros = 7, WhenShort = "stop" })
        .ShouldBe(new Budget { Tokens = 5, CostMicros = 7, Attempts = 3, WhenShort = "degrade" });

    [Fact]
    public void Review_ThatNobodyCanPay_FailsWhatItWasToReview()
    {
        var run = RunDriver.Started(Sum(
            new Budget { Tokens = 100, ReserveTokens = 10, WhenShort = "degrade" }, Task("a").With(task => (task.Review, task.Optional) = (new ReviewGate(), true)), Task("b")));
        run.Start("a");
        run.Start("b");
        Use(run, "b", 10);
        Use(run, "a", 100);

        run.StatusOf("a").ShouldBe(State.Failed);
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Snapshot_InTheMiddle_KeepsWhatIsUsedSetAsideAndHeld()
    {
        var run = Wide(5, new Budget { Tokens = 300, ReserveTokens = 100 });
        run.Start("t0");
        Use(run, "t0", 10);

        var state = RunSnapshot.Load(RunSnapshot.Save(run.State, ByteString.Empty), [])!.Value.State;

        RunCosts.Of(state, run.Now).ShouldBe(RunCosts.Of(run.State, run.Now));
        state.FirstHeld()!.Id.ShouldBe("t3");
        var log = new List<RunEvent>();
        RunMachine.Step(state, RunDriver.RunId, new RunInput.Assign("t1", "i", "i", 1, run.Now.AddMinutes(1)), run.Now, log).ShouldBeNull();
        RunMachine.Step(state, RunDriver.RunId, new RunInput.Succeed("t1", 1, new Struct(), null, [], null, 1), run.Now, log).ShouldBeNull();
        log.ShouldContain(e => e.TaskQueued != null && e.TaskQueued.TaskId == "t3");
    }

    [Fact]
    public void Violations_BadBudget_NameFieldAndValue() => PlanRules.Violations(Sum(new Budget { Tokens = -1, WhenShort = "pray" }, Task("a")))
        .ShouldBe(["budget.tokens: -1 is not in 0 to 1000000000000.", "budget.when_short: 'pray' is none of stop, degrade, cheaper."]);

    private static RunDriver Wide(int tasks, Budget budget) => RunDriver.Started(Sum(budget, [.. Enumerable.Range(0, tasks).Select(n => Task($"t{n}"))]));

    private static Plan Sum(Budget budget, params PlannedTask[] tasks)
    {
        var plan = Of(tasks);
        plan.Budget = budget;
        return plan;
    }

    private static void Use(RunDriver run, string id, long tokens) =>
        run.Do(new RunInput.Succeed(id, run.State.Find(id)!.Attempt, new Struct(), null, [], new Usage { InputTokens = tokens }, 1)).ShouldBeNull();
}

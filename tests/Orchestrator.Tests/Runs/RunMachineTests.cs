using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class RunMachineTests
{
    [Fact]
    public void Submit_PlanWithoutPlanner_QueuesRootsAtOnce()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b"), Task("c", "a", "b")));

        run.Since(0).ShouldBe(["RunSubmitted", "PlanRequested", "PlanAccepted", "queued a", "queued b"]);
        run.Log.Select(e => e.Version).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Succeed_LastDependency_QueuesDependent()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b"), Task("c", "a", "b")));
        run.Work("a");
        run.Queued().ShouldBe(["b"]);

        run.Work("b");

        run.Queued().ShouldBe(["c"]);
    }

    [Fact]
    public void Succeed_LastTask_CompletesWithResult()
    {
        var plan = Of(Task("a"));
        plan.Result = Output(("answer", Value.ForString("${a.text}")), ("twice", Value.ForString("<${a.text}|${a.n}>")));
        var run = RunDriver.Started(plan);

        run.Work("a", ("text", Value.ForString("hello")), ("n", Value.ForNumber(3)));

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Output.ShouldBe(Output(("answer", Value.ForString("hello")), ("twice", Value.ForString("<hello|3>"))));
    }

    [Fact]
    public void Succeed_StaleAttempt_IsRefusedAndChangesNothing()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Start("a");
        run.Fail("a", FailureClass.Transient);
        run.Start("a");
        var before = run.Log.Count;

        run.Succeed("a", 1)!.Code.ShouldBe("STALE_ATTEMPT");

        run.Log.Count.ShouldBe(before);
        run.StatusOf("a").ShouldBe(State.InProgress);
    }

    [Fact]
    public void Fail_Transient_IsRetriedLaterUntilTheLimit()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Retry = new RetryPolicy { MaxAttempts = 2, Backoff = 10 })));
        run.Start("a");
        run.Fail("a", FailureClass.Transient);

        run.State.Status.ShouldBe(State.InProgress);
        var wait = run.State.Find("a")!.NotBefore - run.Now;
        wait.TotalSeconds.ShouldBeInRange(8, 12);

        run.Start("a");
        run.Fail("a", FailureClass.Transient);
        run.State.Status.ShouldBe(State.Failed);
        run.State.Failure!.Message.ShouldContain("'a'");
    }

    [Fact]
    public void Fail_Permanent_IsNotRetried()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b")));
        run.Start("a");
        var before = run.Log.Count;

        run.Fail("a", FailureClass.Permanent);

        run.Since(before).ShouldBe(["attempt failed a #1", "failed a", "RunFailed"]);
        run.StatusOf("b").ShouldBe(State.Cancelled);
    }

    [Fact]
    public void Fail_LostInstance_GivesNoticeWithDelayAndNewEstimateAndRequeuesAtOnce()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Estimate = 60)));
        run.Start("a", "first");
        run.Now = run.Now.AddSeconds(30);
        var before = run.Log.Count;

        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceLost);

        run.Since(before).ShouldBe(["attempt failed a #1", "reassigned a", "queued a"]);
        var notice = run.Log[before + 1].TaskReassigned;
        (notice.FromInstance, notice.DelayMs, notice.Estimate, notice.Health).ShouldBe(("first", 30_000, 90, "answers"));
        run.State.Find("a")!.NotBefore.ShouldBe(run.Now);
    }

    [Fact]
    public void Fail_OptionalTask_LeavesAUsableResultThatSaysWhatIsMissing()
    {
        var plan = Of(Task("a").With(task => { task.Optional = true; task.Title = "Metrics"; }), Task("b", "a").With(task =>
            task.Input = Output(("metrics", Value.ForString("${a}")))));
        var run = RunDriver.Started(plan);
        run.Start("a");
        run.Fail("a", FailureClass.Permanent);

        run.Start("b");
        Assignments.Of(run.State, run.State.Find("b")!).Task.InputData.Fields["metrics"].KindCase.ShouldBe(Value.KindOneofCase.NullValue);
        run.Succeed("b", 1);

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBe(["Metrics: it broke"]);
    }

    [Fact]
    public void When_ConditionIsFalse_TaskIsSkippedAndDependentsRun()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a").With(task => task.When = "${a.n} > 3"), Task("c", "b")));

        run.Work("a", ("n", Value.ForNumber(3)));

        run.StatusOf("b").ShouldBe(State.Skipped);
        run.Queued().ShouldBe(["c"]);
    }

    [Fact]
    public void Cancel_Running_EndsTheRunAndTellsTheInstance()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b")));
        run.Start("a", "i7");
        run.State.Decide();

        run.Do(new RunInput.Cancel(new Principal { Name = "p", Tenant = "t" }, "enough", "r2")).ShouldBeNull();

        run.State.Status.ShouldBe(State.Cancelled);
        var commands = run.State.Decide();
        commands.ShouldContain(new RunCommand.Stop("a", 1, "i7", "the run has ended"));
        commands.ShouldContain(new RunCommand.Withdraw("b"));
    }

    [Fact]
    public void Tick_RunDeadlineHasPassed_FailsTheRun()
    {
        var run = RunDriver.Started(Of(Task("a")), timeLimit: 10);
        run.Do(new RunInput.Tick());
        run.State.Status.ShouldBe(State.InProgress);

        run.Now = run.Now.AddSeconds(10);
        run.Do(new RunInput.Tick());

        run.State.Failure!.Code.ShouldBe("TIMEOUT");
    }

    [Fact]
    public void Plan_InvalidFromPlanner_IsFedBackAndRetried()
    {
        var planning = Task("plan").With(task => task.Role = "planner");
        var run = RunDriver.Started(Of(Task("draft")), planning: planning);
        run.Start("plan");
        var bad = ProtoPlan("""{"tasks":[{"id":"a","role":"r","task_type":"t","depends_on":["b"]},{"id":"b","role":"r","task_type":"t","depends_on":["a"]}]}""");
        run.Succeed("plan", 1, ("plan", bad));

        run.StatusOf("plan").ShouldBe(State.Ready);
        run.Start("plan");
        Assignments.Of(run.State, run.State.Find("plan")!).Violations.ShouldHaveSingleItem().ShouldContain("circle");

        run.Succeed("plan", 2, ("plan", ProtoPlan("""{"tasks":[{"id":"a","role":"r","task_type":"t"}]}""")));
        run.State.Plan!.Tasks.Count.ShouldBe(1);
        run.Queued().ShouldBe(["a"]);
    }

    [Fact]
    public void Apply_EventAfterTheEnd_IsADamagedLog()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Work("a");
        var more = new RunEvent { Version = run.State.Version + 1, Time = new Timestamp(), TaskQueued = new TaskQueued { TaskId = "a" } };

        Should.Throw<InvalidOperationException>(() => run.State.Apply(more)).Message.ShouldContain("follows the end");
    }

    private static Value ProtoPlan(string json) => Value.Parser.ParseJson(json);
}

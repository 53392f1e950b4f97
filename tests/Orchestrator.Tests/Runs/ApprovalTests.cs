using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class ApprovalTests
{
    private static readonly Principal Ann = new() { Name = "ann", Tenant = "t" };
    private static readonly Principal Bob = new() { Name = "bob", Tenant = "t" };

    private static RunDriver Asked(Action<Approval>? change = null, Action<PlannedTask>? task = null)
    {
        var approval = new Approval
        {
            Question = "Apply ${change.rows} rows?",
            Evidence = Output(("sql", Value.ForString("${change.sql}"))),
        };
        change?.Invoke(approval);
        var run = RunDriver.Started(Of(
            Task("change"),
            Decision("gate", approval, "change").With(gate => task?.Invoke(gate)),
            Task("apply", "gate").With(apply => apply.When = "${gate.approved}")));
        run.Work("change", ("rows", Value.ForNumber(3)), ("sql", Value.ForString("update t")));
        return run;
    }

    private static Refusal? Decide(RunDriver run, Principal by, bool approved, string requestId = "d1", string comment = "") =>
        run.Do(new RunInput.Decide(by, "gate", approved, comment, requestId));

    [Fact]
    public void Ready_FillsQuestionAndEvidenceAndWaits()
    {
        var run = Asked(approval => (approval.Deadline, approval.RemindEvery) = (3600, 600));

        var view = RunViews.Approval(run.State, run.State.Find("gate")!)!;
        view.Question.ShouldBe("Apply 3 rows?");
        view.Evidence.ShouldBe(Output(("sql", Value.ForString("update t"))));
        view.Deadline.ToDateTimeOffset().ShouldBe(run.Now.AddHours(1));
        run.StatusOf("gate").ShouldBe(State.Waiting);
        run.State.ShownStatus.ShouldBe(State.Waiting);
        RunViews.Summary(run.State).Approvals.ShouldBe(1);
        run.State.WakeAt.ShouldBe(run.Now.AddMinutes(10));
        run.State.InFlight.ShouldBe(0);
    }

    [Fact]
    public void Decide_Approved_CompletesWithWhoWhenAndWhy()
    {
        var run = Asked();

        Decide(run, Ann, approved: true, comment: "looks right").ShouldBeNull();

        run.State.Find("gate")!.Output.ShouldBe(Output(
            ("approved", Value.ForBool(true)), ("by", Value.ForString("ann")), ("comment", Value.ForString("looks right")),
            ("decided_at", Value.ForString("2026-01-01T00:00:00Z")), ("timed_out", Value.ForBool(false))));
        run.Queued().ShouldBe(["apply"]);
        run.State.OpenApprovals.ShouldBe(0);
    }

    [Fact]
    public void Decide_SameRequestTwice_IsDoneOnceAlsoAfterTheEnd()
    {
        var run = Asked();
        Decide(run, Ann, approved: false).ShouldBeNull();
        run.State.Status.ShouldBe(State.Failed);
        var before = run.Log.Count;

        Decide(run, Ann, approved: false).ShouldBeNull();

        run.Log.Count.ShouldBe(before);
    }

    [Fact]
    public void Decide_Rejected_FailsTheTaskAndSaysWhoAndWhy()
    {
        var run = Asked();

        Decide(run, Bob, approved: false, comment: "too many").ShouldBeNull();

        run.State.Failure!.Code.ShouldBe("REJECTED");
        run.State.Failure.Message.ShouldContain("Rejected by bob: too many");
    }

    [Fact]
    public void Decide_RejectedWithContinue_CompletesAndConditionsSeeIt()
    {
        var run = Asked(approval => approval.OnRejected = "continue");

        Decide(run, Bob, approved: false).ShouldBeNull();

        run.StatusOf("gate").ShouldBe(State.Completed);
        run.StatusOf("apply").ShouldBe(State.Skipped);
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Decide_NotADecider_IsRefusedAndSaysWhoMay()
    {
        var run = Asked(approval => approval.Deciders.Add("ann"));

        var refusal = Decide(run, Bob, approved: true)!;

        refusal.Code.ShouldBe("NOT_A_DECIDER");
        refusal.Message.ShouldContain("ann");
        Decide(run, new Principal { Name = "ann", Tenant = "other" }, approved: true)!.Code.ShouldBe("NOT_A_DECIDER");
        Decide(run, Ann, approved: true).ShouldBeNull();
    }

    [Fact]
    public void Decide_TaskDoesNotWait_IsRefused()
    {
        var run = Asked();
        run.Do(new RunInput.Decide(Ann, "change", true, "", "x"))!.Code.ShouldBe("NOT_WAITING");
        run.Do(new RunInput.Decide(Ann, "nobody", true, "", "x"))!.Code.ShouldBe("NOT_WAITING");
        Decide(run, Ann, approved: true).ShouldBeNull();

        Decide(run, Ann, approved: false, requestId: "d2")!.Code.ShouldBe("NOT_WAITING");
    }

    [Fact]
    public void Tick_EscalationIsDue_OthersMayDecideToo()
    {
        var run = Asked(approval =>
        {
            approval.Deciders.Add("ann");
            approval.EscalateAfter = 60;
            approval.EscalateTo.Add("bob");
        });
        Decide(run, Bob, approved: true)!.Code.ShouldBe("NOT_A_DECIDER");

        run.Pass(60);

        run.Log[^1].ApprovalEscalated.Deciders.ShouldBe(["bob"]);
        RunViews.Approval(run.State, run.State.Find("gate")!)!.Deciders.ShouldBe(["ann", "bob"]);
        run.State.WakeAt.ShouldBeNull();
        Decide(run, Bob, approved: true).ShouldBeNull();
    }

    [Fact]
    public void Tick_RemindersAreDue_RemindsAndCounts()
    {
        var run = Asked(approval => approval.RemindEvery = 60);

        run.Pass(59);
        run.Log.ShouldNotContain(e => e.ApprovalReminded != null);
        run.Pass(1);
        run.Pass(60);

        run.Log.Where(e => e.ApprovalReminded != null).Select(e => e.ApprovalReminded.Count).ShouldBe([1, 2]);
        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(60));
    }

    [Fact]
    public void Tick_RemindedForEver_Stops()
    {
        var run = Asked(approval => approval.RemindEvery = 1);
        for (var i = 0; i < 200; i++)
        {
            run.Pass(1);
        }

        run.Log.Count(e => e.ApprovalReminded != null).ShouldBe(Approvals.MaxReminders);
        run.State.WakeAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "", State.Failed, "REJECTED")]
    [InlineData("reject", "continue", State.Completed, null)]
    [InlineData("approve", "", State.InProgress, null)]
    [InlineData("fail", "continue", State.Failed, "TIMEOUT")]
    public void Tick_DeadlineHasPassed_DoesAsDeclared(string onTimeout, string onRejected, State run, string? code)
    {
        var driver = Asked(approval => (approval.Deadline, approval.OnTimeout, approval.OnRejected) = (60, onTimeout, onRejected));
        driver.Now = driver.Now.AddSeconds(60);
        Decide(driver, Ann, approved: true)!.Code.ShouldBe("NOT_WAITING"); // its time is up, though nobody has noticed yet

        driver.Do(new RunInput.Tick()).ShouldBeNull();

        driver.State.Status.ShouldBe(run);
        driver.State.Failure?.Code.ShouldBe(code);
        if (code is null)
        {
            driver.State.Find("gate")!.Output!.Fields["timed_out"].BoolValue.ShouldBeTrue();
        }
    }

    [Fact]
    public void Foreach_ApprovalPerItem_AsksForSoManyAtATime()
    {
        var gate = Decision("gate", new Approval { Question = "Is ${item} fine?", OnRejected = "continue" }, "list")
            .With(task => (task.Foreach, task.MaxParallel) = ("${list.items}", 2));
        var run = RunDriver.Started(Of(Task("list"), gate));
        run.Work("list", ("items", List("x", "y", "z")));
        run.State.Tasks.Where(task => task.ApprovalOpen).Select(task => task.Approval!.Asked.Question).ShouldBe(["Is x fine?", "Is y fine?"]);

        run.Do(new RunInput.Decide(Ann, "gate/1", false, "", "d1")).ShouldBeNull();

        run.State.Tasks.Where(task => task.ApprovalOpen).Select(task => task.Id).ShouldBe(["gate/0", "gate/2"]);
        run.State.OpenApprovals.ShouldBe(2);
    }

    [Fact]
    public void Cancel_WhileItWaits_ClosesTheDecision()
    {
        var run = Asked(approval => approval.Deadline = 60);

        run.Do(new RunInput.Cancel(Ann, "", "c1")).ShouldBeNull();

        run.State.OpenApprovals.ShouldBe(0);
        run.State.Find("gate")!.ApprovalOpen.ShouldBeFalse();
        run.State.Decide().ShouldContain(new RunCommand.Withdraw("gate"));
        run.State.WakeAt.ShouldBeNull();
    }
}

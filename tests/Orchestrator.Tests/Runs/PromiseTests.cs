using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>Whole stories that the product promises, told by the history that a run leaves.</summary>
public class PromiseTests
{
    private static readonly Principal s_ann = new() { Name = "ann", Tenant = "t" };

    [Fact]
    public void AgentFailureRecovery_Timeout_ChecksHealthReassignsNotifiesAdjustsAndLogs()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => task.Estimate = 20)));
        run.Start("a", "slow");
        run.Now = run.Now.AddSeconds(45);
        var before = run.Log.Count;

        run.Do(new RunInput.Fail("a", 1, new Failure { Code = "TIMEOUT", Message = "30 s are up", FailureClass = FailureClass.Transient }, "does not answer")).ShouldBeNull();
        run.Work("a");

        run.Since(before).ShouldBe(["attempt failed a #1", "reassigned a", "queued a", "started a #2", "output a", "RunCompleted"]);
        var notice = run.Log[before + 1].TaskReassigned;
        (notice.FromInstance, notice.Health, notice.DelayMs, notice.Estimate, notice.Reason).ShouldBe(("slow", "does not answer", 45_000, 65, "30 s are up"));
        RunViews.Run(run.State, false, run.Now).Tasks[0].Estimate.ShouldBe(65);
    }

    [Fact]
    public void Timeouts_AttemptTaskDecisionAndRun_EachHasItsOwn()
    {
        var run = RunDriver.Started(
            Of(
                Task("work").With(task => (task.Deadline, task.Optional) = (100, true)),
                Decision("gate", new Approval { Question = "?", Deadline = 200, OnRejected = "continue" })),
            timeLimit: 300);
        run.Start("work");
        run.Fail("work", FailureClass.Transient, FailureCodes.Timeout);
        var wakes = new List<double>();
        var start = run.Now;
        while (run.State.WakeAt is { } wake)
        {
            wakes.Add((wake - start).TotalSeconds);
            run.Now = wake;
            run.Do(new RunInput.Tick()).ShouldBeNull();
        }

        wakes.ShouldBe([100, 200]);
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void UserApproval_ThroughHours_RemindsEscalatesAndIsDecidedByWhomItWasEscalatedTo()
    {
        var run = RunDriver.Started(Of(
            Decision("gate", new Approval
            {
                Question = "Apply?",
                Deciders = { "bob" },
                Deadline = 86400,
                RemindEvery = 3600,
                EscalateAfter = 7200,
                EscalateTo = { "ann" },
            }),
            Task("apply", "gate")));
        run.Do(new RunInput.Decide(s_ann, "gate", true, "", "d0"))!.Code.ShouldBe("NOT_A_DECIDER");
        run.Pass(3600);
        run.Pass(3600);

        run.Do(new RunInput.Decide(s_ann, "gate", true, "fine", "d1")).ShouldBeNull();

        run.Since(3).ShouldBe(["ApprovalRequested", "ApprovalReminded", "ApprovalEscalated", "ApprovalReminded", "ApprovalDecided", "queued apply"]);
    }

    [Fact]
    public void DataChange_Rejection_LeavesTheDataAsItWas()
    {
        var run = RunDriver.Started(Of(Task("propose"), Decision("gate", new Approval { Question = "Run it?" }, "propose"), Task("execute", "gate")));
        run.Work("propose");

        run.Do(new RunInput.Decide(s_ann, "gate", false, "wrong table", "d1")).ShouldBeNull();

        run.StatusOf("execute").ShouldBe(State.Cancelled);
        run.Log.ShouldNotContain(e => e.TaskStarted != null && e.TaskStarted.TaskId == "execute");
        run.State.Status.ShouldBe(State.Failed);
    }

    [Fact]
    public void Hierarchical_MasterOverTeams_JoinsTheirOutputsAndWhatTheyLack()
    {
        var plan = Of(
            Child("security", "code-audit").With(task => task.Optional = true),
            Child("docs", "research-report"),
            Task("summary", "security", "docs"));
        var run = RunDriver.Started(plan);
        var (security, docs) = (run.State.Find("security")!.SubRunId, run.State.Find("docs")!.SubRunId);
        security.ShouldNotBe(docs);

        run.Do(new RunInput.SubRunEnd("security", security, State.Failed, null, null, new Failure { Code = "BROKEN", Message = "no agent" }, [])).ShouldBeNull();
        run.Do(new RunInput.SubRunEnd("docs", docs, State.Completed, Output(("n", Value.ForNumber(2))), null, null, ["Citations: unchecked"])).ShouldBeNull();
        run.Work("summary");

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBe([$"security: Run '{security}' failed: no agent", "docs: Citations: unchecked"]);
    }

    [Fact]
    public void FallbackStrategies_OtherRoleThenNothingLeft_IsToldStepByStep()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => (task.Fallback, task.Optional, task.Retry) =
            (new Fallback { Role = "generalist" }, true, new RetryPolicy { MaxAttempts = 1 }))));
        run.Do(new RunInput.GiveUp("a", new Failure { Code = FailureCodes.NoAgent, Message = "nobody" })).ShouldBeNull();
        run.Start("a");
        run.Fail("a", FailureClass.Transient).ShouldBeNull();

        run.Since(4).ShouldBe(["FallbackTaken", "queued a", "started a #1", "attempt failed a #1", "failed a", "RunCompleted"]);
        run.State.Completion!.Missing.ShouldBe(["a: it broke"]);
    }

    [Fact]
    public void CheckpointRestart_AtAnyMoment_GoesOnFromTheLog()
    {
        var run = RunDriver.Started(Of(
            Task("a"), Pause("pause", new Wait { Duration = "60" }), Decision("gate", new Approval { Question = "?" }), Child("team", "p"),
            Task("last", "a", "pause", "gate", "team")));
        run.Start("a");

        var restarted = RunState.Load(run.Log);

        restarted.Decide().Select(command => command.GetType().Name).ShouldBe(["Execute", "StartSubRun"]);
        restarted.WakeAt.ShouldBe(run.Now.AddSeconds(60));
        restarted.OpenApprovals.ShouldBe(1);
        restarted.InFlight.ShouldBe(2);
    }
}

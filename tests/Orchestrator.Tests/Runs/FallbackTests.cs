using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>What a task does when it has failed for good.</summary>
public class FallbackTests
{
    private static readonly Principal Ann = new() { Name = "ann", Tenant = "t" };
    private static readonly Fallback Ask = new() { Ask = new Approval { Question = "Again?" } };

    private static RunDriver With(Fallback fallback, Action<PlannedTask>? change = null)
    {
        var plan = Of(Task("a").With(task =>
        {
            task.Fallback = fallback;
            task.Title = "Metrics";
            change?.Invoke(task);
        }));
        plan.Result = Output(("a", Value.ForString("${a}")));
        return RunDriver.Started(plan);
    }

    private static void Break(RunDriver run, FailureClass kind = FailureClass.Permanent)
    {
        run.Start("a");
        run.Fail("a", kind).ShouldBeNull();
    }

    [Fact]
    public void Role_TakesOverWithAttemptsOfItsOwn()
    {
        var run = With(new Fallback { Role = "senior" }, task => task.Retry = new RetryPolicy { MaxAttempts = 2 });
        Break(run, FailureClass.Transient);
        Break(run, FailureClass.Transient);

        run.State.Decide().OfType<RunCommand.Offer>().Last().Role.ShouldBe("senior");
        run.Log[^1].TaskQueued.Role.ShouldBe("senior");
        var taken = run.Log[^2].FallbackTaken;
        (taken.Kind, taken.Role, taken.Failure.Message).ShouldBe(("role", "senior", "it broke"));

        Break(run, FailureClass.Transient);
        run.State.Status.ShouldBe(State.InProgress);
        Break(run, FailureClass.Transient);
        run.State.Status.ShouldBe(State.Failed);
    }

    [Fact]
    public void Role_Succeeds_NothingIsMissing()
    {
        var run = With(new Fallback { Role = "senior" });
        Break(run);

        run.Start("a");
        Assignments.Of(run.State, run.State.Find("a")!).ToAgent.ShouldBe("senior");
        run.Succeed("a", 2, ("n", Value.ForNumber(1))).ShouldBeNull();

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void Value_StandsInAndTheResultSaysSo()
    {
        var run = With(new Fallback { Value = Output(("n", Value.ForNumber(0)), ("why", Value.ForString("no ${request}"))) });

        Break(run);

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Output.Fields["a"].StructValue.ShouldBe(Output(("n", Value.ForNumber(0)), ("why", Value.ForString("no do it"))));
        run.State.Completion.Missing.ShouldBe(["Metrics: it broke"]);
    }

    [Fact]
    public void Skip_LeavesItOutAndTheResultSaysSo()
    {
        var run = With(new Fallback { Skip = true });

        Break(run);

        run.StatusOf("a").ShouldBe(State.Skipped);
        run.State.Completion!.Missing.ShouldBe(["Metrics: it broke"]);
    }

    [Fact]
    public void FailRun_AlsoWhenOptional()
    {
        var run = With(new Fallback { FailRun = true }, task => task.Optional = true);

        Break(run);

        run.State.Status.ShouldBe(State.Failed);
    }

    [Fact]
    public void Ask_Approved_RunsItAgainWithFreshAttempts()
    {
        var run = With(Ask);
        Break(run);
        run.StatusOf("a").ShouldBe(State.Waiting);
        var view = RunViews.Approval(run.State, run.State.Find("a")!)!;
        (view.Question, view.Evidence.Fields["failure"].StringValue).ShouldBe(("Again?", "BROKEN: it broke"));

        run.Do(new RunInput.Decide(Ann, "a", true, "", "d1")).ShouldBeNull();
        Break(run, FailureClass.Transient);
        Break(run, FailureClass.Transient);
        Break(run, FailureClass.Transient);

        run.State.Find("a")!.ApprovalOpen.ShouldBeTrue();
        run.Do(new RunInput.Decide(Ann, "a", true, "", "d2")).ShouldBeNull();
        run.Work("a");
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Ask_Rejected_FailsWithWhatLedToTheQuestion()
    {
        var run = With(Ask);
        Break(run);

        run.Do(new RunInput.Decide(Ann, "a", false, "", "d1")).ShouldBeNull();

        run.State.Failure!.Code.ShouldBe("BROKEN");
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("reject")]
    public void Ask_NobodyAnswers_Fails(string onTimeout)
    {
        var run = With(new Fallback { Ask = new Approval { Question = "?", Deadline = 60, OnTimeout = onTimeout } });
        Break(run);

        run.Pass(60);

        run.State.Failure!.Code.ShouldBe("BROKEN");
    }

    [Fact]
    public void Ask_ApprovedByTimeOnly_IsNotAskedForEver()
    {
        var run = With(new Fallback { Ask = new Approval { Question = "?", Deadline = 60, OnTimeout = "approve" } });
        Break(run);
        run.Pass(60);
        run.Queued().ShouldBe(["a"]);

        Break(run);

        run.State.Status.ShouldBe(State.Failed);
    }

    [Fact]
    public void NoAgent_TakesTheFallback()
    {
        var run = With(new Fallback { Role = "senior" });

        run.Do(new RunInput.GiveUp("a", new Failure { Code = FailureCodes.NoAgent, Message = "nobody" })).ShouldBeNull();

        run.State.Find("a")!.Role.ShouldBe("senior");
        run.Queued().ShouldBe(["a"]);
    }

    [Fact]
    public void ReviewFailed_RoleStartsAnewWithRoundsOfItsOwn()
    {
        var run = With(new Fallback { Role = "senior" }, task => task.Review = new ReviewGate { MaxRounds = 1, Threshold = 90 });
        run.Work("a", ("text", Value.ForString("draft")));
        run.Work("a/review-1", ("score", Value.ForNumber(10)));

        run.Queued().ShouldBe(["a"]);
        run.Start("a");
        Assignments.Of(run.State, run.State.Find("a")!).Revision.ShouldBeNull();
        run.Succeed("a", 2, ("text", Value.ForString("better"))).ShouldBeNull();
        run.Work("a/review-2", ("score", Value.ForNumber(95)), ("verdict", Value.ForString("approved")));
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Deadline_TakesTheFallbackAndStopsTheAttempt()
    {
        var run = With(new Fallback { Role = "senior" }, task => task.Deadline = 60);
        run.Start("a", "slow");
        run.State.Decide();

        run.Pass(60);

        run.State.Decide().ShouldContain(command => command is RunCommand.Stop && ((RunCommand.Stop)command).InstanceId == "slow");
        run.Log.ShouldContain(e => e.FallbackTaken != null && e.FallbackTaken.Failure.Code == "TIMEOUT");
        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(60)); // the other role has as long
    }

    [Fact]
    public void Foreach_ItemFails_TakesItsOwnFallback()
    {
        var each = Task("each", "list").With(task => (task.Foreach, task.MaxParallel, task.Fallback) =
            ("${list.items}", 1, new Fallback { Value = Output(("text", Value.ForString("no ${item}"))) }));
        var plan = Of(Task("list"), each);
        plan.Result = Output(("all", Value.ForString("${each.text}")));
        var run = RunDriver.Started(plan);
        run.Work("list", ("items", List("x", "y")));
        run.Start("each/0");
        run.Fail("each/0", FailureClass.Permanent).ShouldBeNull();
        run.Work("each/1", ("text", Value.ForString("Y")));

        run.State.Completion!.Output.Fields["all"].ShouldBe(List("no x", "Y"));
        run.State.Completion.Missing.ShouldBe(["each (1): it broke"]);
    }

    [Fact]
    public void InvalidWait_TakesTheFallback()
    {
        var run = RunDriver.Started(
            Of(Pause("w", new Wait { Duration = "${inputs.x}" }).With(task => task.Fallback = new Fallback { Skip = true })),
            inputs: Output(("x", Value.ForString("soon"))));

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldHaveSingleItem().ShouldContain("'soon'");
    }
}

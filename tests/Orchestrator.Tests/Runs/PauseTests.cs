using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class PauseTests
{
    private static readonly Principal Ann = new() { Name = "ann", Tenant = "t" };

    private static void Pause(RunDriver run) => run.Do(new RunInput.Pause(Ann, "lunch", "p1")).ShouldBeNull();

    private static void Resume(RunDriver run) => run.Do(new RunInput.Resume(Ann, "p2")).ShouldBeNull();

    [Fact]
    public void Pause_WithdrawsWhatIsQueued_AndResumeOffersItAgain()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b")));
        run.State.Decide();

        Pause(run);
        run.State.Decide().ShouldBe([new RunCommand.Withdraw("a"), new RunCommand.Withdraw("b")]);
        run.State.ShownStatus.ShouldBe(State.Paused);
        run.Do(new RunInput.Assign("a", "i", "i", 1, run.Now))!.Code.ShouldBe("NOT_QUEUED");

        Resume(run);
        run.State.Decide().Select(command => command.ShouldBeOfType<RunCommand.Offer>().TaskId).ShouldBe(["a", "b"]);
        run.State.Status.ShouldBe(State.InProgress);
        run.Work("a");
    }

    [Fact]
    public void Paused_ResultOfRunningAttempt_IsRecordedButNothingFollows()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a"), Task("each", "a").With(task => task.Foreach = "${a.items}")));
        run.Start("a");
        Pause(run);
        run.State.InFlight.ShouldBe(1);
        var before = run.Log.Count;

        run.Succeed("a", 1, ("items", List("x"))).ShouldBeNull();

        run.Since(before).ShouldBe(["output a"]);
        Resume(run);
        run.Since(before).ShouldBe(["output a", "RunResumed", "queued b", "expanded each x1", "queued each/0"]);
    }

    [Fact]
    public void Paused_FailedAttempt_IsNotOfferedBeforeItGoesOn()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Start("a");
        Pause(run);
        run.State.Decide();

        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceLost).ShouldBeNull();

        run.State.Decide().OfType<RunCommand.Offer>().ShouldBeEmpty();
        run.Queued().ShouldBeEmpty();
        Resume(run);
        run.State.Decide().OfType<RunCommand.Offer>().ShouldHaveSingleItem();
    }

    [Fact]
    public void Paused_LastTaskEnds_RunEndsOnlyWhenItGoesOn()
    {
        var run = RunDriver.Started(Of(Task("a")));
        run.Start("a");
        Pause(run);
        run.Succeed("a", 1).ShouldBeNull();
        run.State.Status.ShouldBe(State.Paused);

        Resume(run);

        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Paused_DecisionsAndTime_GoOn()
    {
        var run = RunDriver.Started(Of(
            Decision("gate", new Approval { Question = "?" }), Plans.Pause("wait", new Wait { Duration = "10" }), Task("a", "gate", "wait")));
        Pause(run);

        run.Do(new RunInput.Decide(Ann, "gate", true, "", "d")).ShouldBeNull();
        run.Pass(10);

        run.StatusOf("gate").ShouldBe(State.Completed);
        run.StatusOf("wait").ShouldBe(State.Completed);
        run.Queued().ShouldBeEmpty();
        Resume(run);
        run.Queued().ShouldBe(["a"]);
    }

    [Fact]
    public void Paused_Cancel_EndsTheRun()
    {
        var run = RunDriver.Started(Of(Task("a")));
        Pause(run);

        run.Do(new RunInput.Cancel(Ann, "", "c")).ShouldBeNull();

        run.State.Status.ShouldBe(State.Cancelled);
    }

    [Fact]
    public void Paused_DeadlineOfTheRun_FailsIt()
    {
        var run = RunDriver.Started(Of(Task("a")), timeLimit: 60);
        Pause(run);

        run.Pass(60);

        run.State.Failure!.Code.ShouldBe("TIMEOUT");
    }

    [Fact]
    public void Pause_WhilePlanning_HoldsThePlanThatComes()
    {
        var planning = Task("plan").With(task => task.Role = "planner");
        var run = RunDriver.Started(Of(Task("draft")), planning: planning);
        run.Start("plan");
        Pause(run);

        run.Succeed("plan", 1, ("plan", Value.Parser.ParseJson("""{"tasks":[{"id":"a","role":"r","task_type":"t"}]}"""))).ShouldBeNull();

        run.State.Status.ShouldBe(State.Paused);
        run.Queued().ShouldBeEmpty();
        Resume(run);
        run.Queued().ShouldBe(["a"]);
        run.State.Status.ShouldBe(State.InProgress);
    }

    [Fact]
    public void PauseAndResume_Repeated_ChangeNothing()
    {
        var run = RunDriver.Started(Of(Task("a")));
        Pause(run);
        var before = run.Log.Count;

        run.Do(new RunInput.Pause(Ann, "", "other")).ShouldBeNull();
        Resume(run);
        run.Do(new RunInput.Resume(Ann, "another")).ShouldBeNull();
        Pause(run); // the first request again: it was done, and does not pause what has gone on since

        run.Since(before).ShouldBe(["RunResumed"]);
    }

    [Fact]
    public void Load_WhilePaused_OffersNothing()
    {
        var run = RunDriver.Started(Of(Task("a")));
        Pause(run);

        var loaded = RunState.Load(run.Log);

        loaded.Decide().ShouldBeEmpty();
        RunMachine.Step(loaded, RunDriver.RunId, new RunInput.Resume(Ann, "p2"), run.Now, []).ShouldBeNull();
        loaded.Decide().ShouldHaveSingleItem();
    }
}

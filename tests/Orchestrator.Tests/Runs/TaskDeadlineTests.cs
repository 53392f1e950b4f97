using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class TaskDeadlineTests
{
    private static RunDriver With(Action<PlannedTask>? change = null) => RunDriver.Started(Of(
        Task("first"),
        Task("a", "first").With(task =>
        {
            (task.Deadline, task.Optional) = (60, true);
            change?.Invoke(task);
        }),
        Task("last", "a")));

    [Fact]
    public void Tick_CountsFromTheMomentTheTaskIsReady()
    {
        var run = With();
        run.State.WakeAt.ShouldBeNull();
        run.Now = run.Now.AddSeconds(1000);
        run.Work("first");

        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(60));
        run.Work("a");
        run.State.WakeAt.ShouldBeNull();
    }

    [Fact]
    public void Tick_WhileQueued_FailsAndWithdraws()
    {
        var run = With();
        run.Work("first");
        run.State.Decide();

        run.Pass(60);

        run.State.Find("a")!.LastFailure!.Code.ShouldBe("TIMEOUT");
        run.State.Decide().ShouldContain(new RunCommand.Withdraw("a"));
        run.Queued().ShouldBe(["last"]);
    }

    [Fact]
    public void Tick_SecondAttemptIsRunning_IsStopped()
    {
        var run = With();
        run.Work("first");
        run.Start("a");
        run.Now = run.Now.AddSeconds(50);
        run.Fail("a", FailureClass.Transient, FailureCodes.InstanceLost);
        run.Start("a", "second");
        run.State.Decide();

        run.Pass(10);

        run.State.Decide().OfType<RunCommand.Stop>().ShouldHaveSingleItem().InstanceId.ShouldBe("second");
        run.StatusOf("a").ShouldBe(State.Failed);
        run.Succeed("a", 2)!.Code.ShouldBe("STALE_ATTEMPT");
        run.State.InFlight.ShouldBe(0);
    }

    [Fact]
    public void Tick_WhileReviewed_StopsTheReview()
    {
        var run = With(task => task.Review = new ReviewGate());
        run.Work("first");
        run.Work("a");
        run.Start("a/review-1", "critic");
        run.State.Decide();

        run.Pass(60);

        run.StatusOf("a").ShouldBe(State.Failed);
        run.StatusOf("a/review-1").ShouldBe(State.Cancelled);
        run.State.Decide().OfType<RunCommand.Stop>().ShouldHaveSingleItem().InstanceId.ShouldBe("critic");
        run.Start("last");
    }

    [Fact]
    public void Foreach_EachItemHasItsOwn()
    {
        var run = With(task => (task.Foreach, task.MaxParallel) = ("${first.items}", 1));
        run.Work("first", ("items", List("x", "y")));
        run.Now = run.Now.AddSeconds(50);
        run.Work("a/0");

        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(60));
    }

    [Fact]
    public void Stage_RemembersKeysOfTheCurrentAttemptOnly()
    {
        var run = With();
        run.Start("first");
        run.Do(new RunInput.Stage("first", 1, "notes", 10)).ShouldBeNull();
        run.Do(new RunInput.Stage("first", 1, "notes", 12)).ShouldBeNull();
        run.Do(new RunInput.Stage("first", 2, "other", 1))!.Code.ShouldBe("STALE_ATTEMPT");
        run.State.Find("first")!.StagedKeys.ShouldBe(["notes"]);

        run.Fail("first", FailureClass.Transient);
        run.Start("first");

        run.State.Find("first")!.StagedKeys.ShouldBeEmpty();
    }
}

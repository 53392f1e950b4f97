using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class SubRunTests
{
    private static RunDriver Started(Action<PlannedTask>? change = null, int depth = 0) => RunDriver.Started(
        Of(Child("team", "code-audit").With(task =>
        {
            task.SubRun.Request = "audit ${inputs.area}";
            task.Input = Output(("area", Value.ForString("${inputs.area}")));
            change?.Invoke(task);
        })),
        inputs: Output(("area", Value.ForString("src"))),
        parent: depth > 0 ? new ParentTask { RunId = "above", TaskId = "x", Depth = depth } : null);

    private static Refusal? End(RunDriver run, State status, string? runId = null, Failure? failure = null, params string[] missing) => run.Do(new RunInput.SubRunEnd(
        "team", runId ?? run.State.Find("team")!.SubRunId, status, status == State.Completed ? Output(("n", Value.ForNumber(1))) : null, null, failure, missing));

    [Fact]
    public void Ready_StartsARunWithRequestAndInputs()
    {
        var run = Started();

        var command = run.State.Decide().OfType<RunCommand.StartSubRun>().ShouldHaveSingleItem();
        (command.Started.Playbook, command.Started.Request).ShouldBe(("code-audit", "audit src"));
        command.Started.Inputs.ShouldBe(Output(("area", Value.ForString("src"))));
        command.Started.RunId.ShouldBe(SubRuns.ChildId(RunDriver.RunId, "team", 1));
        run.StatusOf("team").ShouldBe(State.InProgress);
        run.State.InFlight.ShouldBe(1);
        RunViews.Run(run.State, false, run.Now).Tasks[0].SubRunId.ShouldBe(command.Started.RunId);
    }

    [Fact]
    public void End_Completed_GivesTheTaskItsOutputAndTheRunWhatIsMissing()
    {
        var run = Started();

        End(run, State.Completed, missing: "Metrics: it broke").ShouldBeNull();

        run.State.Find("team")!.Output.ShouldBe(Output(("n", Value.ForNumber(1))));
        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBe(["team: Metrics: it broke"]);
        run.State.InFlight.ShouldBe(0);
    }

    [Fact]
    public void End_Failed_FailsTheTaskWithTheFailureOfTheRun()
    {
        var run = Started();

        End(run, State.Failed, failure: new Failure { Code = "BROKEN", Message = "no disk", FailureClass = FailureClass.Transient }).ShouldBeNull();

        run.State.Failure!.Code.ShouldBe("BROKEN");
        run.State.Failure.Message.ShouldContain("no disk");
    }

    [Fact]
    public void End_Cancelled_FailsTheTask()
    {
        var run = Started();

        End(run, State.Cancelled).ShouldBeNull();

        run.State.Failure!.Code.ShouldBe("SUB_RUN_CANCELLED");
    }

    [Fact]
    public void End_OfAnotherRun_IsRefused()
    {
        var run = Started();

        End(run, State.Completed, runId: "someone-elses")!.Code.ShouldBe("STALE_SUB_RUN");
        End(run, State.Completed).ShouldBeNull();
    }

    [Fact]
    public void End_FailedWithRetry_MakesAnotherRunAfterTheBackOff()
    {
        var run = Started(task => task.Retry = new RetryPolicy { MaxAttempts = 2, Backoff = 10 });
        var first = run.State.Find("team")!.SubRunId;
        var failure = new Failure { Code = "BROKEN", Message = "x", FailureClass = FailureClass.Transient };

        End(run, State.Failed, failure: failure).ShouldBeNull();
        run.StatusOf("team").ShouldBe(State.Waiting);
        (run.State.WakeAt!.Value - run.Now).TotalSeconds.ShouldBeInRange(8, 12);
        run.Pass(12);

        run.StatusOf("team").ShouldBe(State.InProgress);
        run.State.Find("team")!.SubRunId.ShouldNotBe(first);
        run.State.Find("team")!.Attempt.ShouldBe(2);
        End(run, State.Failed, failure: failure).ShouldBeNull();
        run.State.Status.ShouldBe(State.Failed);
    }

    [Fact]
    public void Cancel_Running_StopsTheRunBelow()
    {
        var run = Started();
        run.State.Decide();

        run.Do(new RunInput.Cancel(new Principal { Name = "p", Tenant = "t" }, "", "c")).ShouldBeNull();

        run.State.Decide().ShouldContain(new RunCommand.StopSubRun("team", SubRuns.ChildId(RunDriver.RunId, "team", 1), "the run has ended"));
        run.State.InFlight.ShouldBe(0);
    }

    [Fact]
    public void Tick_DeadlineOfTheTaskHasPassed_StopsTheRunBelow()
    {
        var run = Started(task => (task.Deadline, task.Optional) = (60, true));
        run.State.Decide();

        run.Pass(60);

        run.State.Decide().OfType<RunCommand.StopSubRun>().ShouldHaveSingleItem();
        run.StatusOf("team").ShouldBe(State.Failed);
        End(run, State.Completed)!.Code.ShouldBe("RUN_ENDED");
    }

    [Fact]
    public void Depth_BeyondTheLimit_FailsTheTask()
    {
        Started(depth: SubRuns.MaxDepth - 1).State.Status.ShouldBe(State.InProgress);

        var run = Started(depth: SubRuns.MaxDepth);

        run.State.Failure!.Code.ShouldBe("INVALID_PLAN");
        run.State.Failure.Message.ShouldContain("depth 9");
    }

    [Fact]
    public void ChildId_AtAnyDepth_KeepsTheRulesForIds()
    {
        var id = new string('x', 200);
        var seen = new HashSet<string>();
        for (var depth = 0; depth < 20; depth++)
        {
            id = SubRuns.ChildId(id, $"{new string('t', 100)}/9999", 1);
            StoreLimits.CheckName(id, "id");
            seen.Add(id).ShouldBeTrue();
        }

        SubRuns.ChildId("run-1", "a", 1).ShouldNotBe(SubRuns.ChildId("run-1", "a", 2));
        SubRuns.ChildId("run-1", "a", 1).ShouldStartWith("run-1-");
    }

    [Fact]
    public void Foreach_OfRuns_StartsSoManyAtATime()
    {
        var team = Child("team", "p", "list").With(task => task.Foreach = "${list.items}");
        var run = RunDriver.Started(Of(Task("list"), team));
        run.Work("list", ("items", List([.. Enumerable.Range(0, 30).Select(i => $"{i}")])));
        run.State.InFlight.ShouldBe(10);

        run.Do(new RunInput.SubRunEnd("team/4", run.State.Find("team/4")!.SubRunId, State.Completed, new Struct(), null, null, [])).ShouldBeNull();

        run.State.InFlight.ShouldBe(10);
        run.StatusOf("team/10").ShouldBe(State.InProgress);
    }

    [Fact]
    public void Load_WhileItRuns_FollowsItAgain()
    {
        var run = Started();

        RunState.Load(run.Log).Decide().OfType<RunCommand.StartSubRun>().ShouldHaveSingleItem().Started.RunId.ShouldBe(run.State.Find("team")!.SubRunId);
    }
}

using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>A failed run is tried again as a new run that keeps what was finished.</summary>
public class AdoptionTests
{
    private static Plan Chain() => Of(
        Task("list"),
        Task("each", "list").With(task => task.Foreach = "${list.items}"),
        Task("extra").With(task => task.Optional = true),
        Task("uses-extra", "extra"),
        Task("last", "each", "uses-extra"));

    private static RunDriver Failed()
    {
        var run = RunDriver.Started(Chain());
        run.Work("list", ("items", List("x", "y", "z")));
        run.Start("extra");
        run.Fail("extra", FailureClass.Permanent);
        run.Work("uses-extra");
        run.Work("each/0", ("text", Value.ForString("X")));
        run.Work("each/2", ("text", Value.ForString("Z")));
        run.Start("each/1");
        run.Fail("each/1", FailureClass.Permanent);
        run.State.Status.ShouldBe(State.Failed);
        return run;
    }

    private static RunDriver Retried(RunDriver old, Plan? plan = null) =>
        RunDriver.Started(old.State.Plan!.Clone(), adopted: Adoptions.From(old.State, plan));

    [Fact]
    public void From_FailedRun_TakesFinishedOutputsOnly() =>
        Adoptions.From(Failed().State).Select(adopted => adopted.TaskId).ShouldBe(["list", "each/0", "each/2"]);

    [Fact]
    public void Submit_Adopted_RunsOnlyWhatWasNotFinished()
    {
        var run = Retried(Failed());

        run.Since(2).ShouldBe(["PlanAccepted", "TaskAdopted", "TaskAdopted", "TaskAdopted", "queued extra", "expanded each x3", "queued each/1"]);
        run.State.Find("each/0")!.AdoptedFrom.ShouldBe(RunDriver.RunId);
        run.Work("each/1", ("text", Value.ForString("Y")));
        run.StatusOf("each").ShouldBe(State.Completed);
        run.State.Resolve(Reference.Parse("each.text"), null).ShouldBe(List("X", "Y", "Z"));
    }

    [Fact]
    public void Submit_WholeForeachWasFinished_NothingOfItRuns()
    {
        var old = RunDriver.Started(Chain());
        old.Work("list", ("items", List("x", "y")));
        old.Work("each/0");
        old.Work("each/1");
        old.Do(new RunInput.Cancel(new Principal(), "", "c")).ShouldBeNull();

        var run = Retried(old);

        run.StatusOf("each").ShouldBe(State.Completed);
        run.Queued().ShouldBe(["extra"]);
    }

    [Fact]
    public void Submit_ItemsDiffer_AdoptsThoseOfTheSameValue()
    {
        var old = Failed();
        var adopted = Adoptions.From(old.State).Where(a => a.TaskId != "list").ToList();
        var run = RunDriver.Started(Chain(), adopted: adopted);

        run.Work("list", ("items", List("z", "w")));

        run.Queued().ShouldContain("each/1");
        run.StatusOf("each/0").ShouldBe(State.Completed);
        run.State.Find("each/0")!.Output.ShouldBe(Output(("text", Value.ForString("Z"))));
    }

    [Fact]
    public void From_ChangedDefinition_IsDoneAnewWithAllThatRestsOnIt()
    {
        var old = Failed();
        var plan = old.State.Plan!.Clone();
        plan.Tasks[0].Description = "another list";

        Adoptions.From(old.State, plan).ShouldBeEmpty();
    }

    [Fact]
    public void From_StandIns_AreDoneAnew()
    {
        var run = RunDriver.Started(Of(
            Task("a").With(task => task.Fallback = new Fallback { Value = new Struct() }),
            Decision("gate", new Approval { Question = "?", Deadline = 1, OnTimeout = "approve" }),
            Task("b", "a"), Task("c", "gate"), Task("d")));
        run.Start("a");
        run.Fail("a", FailureClass.Permanent);
        run.Pass(1);
        run.Work("b");
        run.Work("c");
        run.Start("d");
        run.Fail("d", FailureClass.Permanent);

        Adoptions.From(run.State).ShouldBeEmpty();
    }

    [Fact]
    public void Submit_AdoptedWithPlanner_IsRefused()
    {
        var submit = new RunInput.Submit(new RunSubmitted(), new PlanRequested { Draft = Chain(), PlanningTask = Task("plan") }, "r", "")
        {
            Adopted = Adoptions.From(Failed().State),
        };

        RunMachine.Step(new RunState(), "run-2", submit, DateTimeOffset.UnixEpoch, [])!.Code.ShouldBe("INVALID_INPUT");
    }

    [Fact]
    public void Load_OfARetriedRun_GivesTheSameState()
    {
        var run = Retried(Failed());

        RunViews.Run(RunState.Load(run.Log), true, run.Now).ShouldBe(RunViews.Run(run.State, true, run.Now));
    }
}

using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class ForeachTests
{
    private static Plan FanOut(int maxParallel = 0, bool optional = false) => Of(
        Task("list"),
        Task("each", "list").With(task =>
        {
            task.Foreach = "${list.items}";
            task.MaxParallel = maxParallel;
            task.Optional = optional;
            task.Input = Output(("name", Value.ForString("${item}")), ("nth", Value.ForString("${index}")));
        }),
        Task("join", "each").With(task => task.Input = Output(("all", Value.ForString("${each.text}")))));

    [Fact]
    public void Foreach_ListOfThree_RunsOneTaskPerItemAndJoinsInOrder()
    {
        var run = RunDriver.Started(FanOut());
        run.Work("list", ("items", List("x", "y", "z")));
        run.Queued().ShouldBe(["each/0", "each/1", "each/2"]);

        run.Work("each/2", ("text", Value.ForString("Z")));
        run.Work("each/0", ("text", Value.ForString("X")));
        run.Start("each/1");
        Assignments.Of(run.State, run.State.Find("each/1")!).Task.InputData
            .ShouldBe(Output(("name", Value.ForString("y")), ("nth", Value.ForNumber(1))));
        run.Succeed("each/1", 1, ("text", Value.ForString("Y")));

        run.Start("join");
        Assignments.Of(run.State, run.State.Find("join")!).Task.InputData.Fields["all"].ShouldBe(List("X", "Y", "Z"));
    }

    [Fact]
    public void Foreach_MaxParallel_QueuesTheNextWhenOneEnds()
    {
        var run = RunDriver.Started(FanOut(maxParallel: 2));
        run.Work("list", ("items", List("x", "y", "z")));
        run.Queued().ShouldBe(["each/0", "each/1"]);

        run.Work("each/1");

        run.Queued().ShouldBe(["each/0", "each/2"]);
    }

    [Fact]
    public void Foreach_EmptyList_CompletesAtOnce()
    {
        var run = RunDriver.Started(FanOut());

        run.Work("list", ("items", List()));

        run.StatusOf("each").ShouldBe(State.Completed);
        run.Queued().ShouldBe(["join"]);
    }

    [Fact]
    public void Foreach_NotAList_FailsAndSaysWhy()
    {
        var run = RunDriver.Started(FanOut());

        run.Work("list", ("items", Value.ForString("x")));

        run.State.Failure!.Message.ShouldContain("is no list");
    }

    [Fact]
    public void Foreach_FailedOptionalItem_GivesNullInItsPlace()
    {
        var run = RunDriver.Started(FanOut(optional: true));
        run.Work("list", ("items", List("x", "y")));
        run.Start("each/0");
        run.Fail("each/0", FailureClass.Permanent);
        run.Work("each/1", ("text", Value.ForString("Y")));

        run.Start("join");

        Assignments.Of(run.State, run.State.Find("join")!).Task.InputData.Fields["all"].ListValue.Values
            .ShouldBe([Value.ForNull(), Value.ForString("Y")]);
        run.Log.ShouldContain(e => e.TaskCompleted != null && e.TaskCompleted.FailedItems == 1);
    }

    [Fact]
    public void Foreach_OutputInArtifact_UsesTheFieldsKeptInTheLog()
    {
        var run = RunDriver.Started(FanOut());
        run.State.NeededFields("list").ShouldBe(["items"]);
        run.Start("list");

        run.Do(new RunInput.Succeed("list", 1, Output(("items", List("x"))), new ArtifactRef { Id = "sha256:ab" }, [], null, 1)).ShouldBeNull();

        run.Queued().ShouldBe(["each/0"]);
        run.State.Resolve(Reference.Parse("list.other"), null).StructValue
            .ShouldBe(Output(("$artifact", Value.ForString("sha256:ab")), ("path", Value.ForString("other"))));
    }
}

using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>What people tell a run reaches the attempts that begin later, whole, before all but their inputs.</summary>
public class GuidanceTests
{
    private static readonly Principal s_ann = new() { Name = "ann", Tenant = "t" };

    [Fact]
    public void Guide_RunningRun_LaterAttemptsAreToldAndEarlierAreNot()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a")));
        run.Start("a");

        Guide(run, "Use tabs.").ShouldBeNull();

        Assignments.Of(run.State, run.State.Find("a")!).Window.ShouldBeNull();
        run.Succeed("a", 1).ShouldBeNull();
        run.Start("b");
        var window = Assignments.Of(run.State, run.State.Find("b")!).Window;
        window.Parts.Select(part => (part.Source, part.Text)).ShouldBe([("guidance/1", "Use tabs.")]);
        (window.Limit, window.Used).ShouldBe((0, window.Declared + window.Parts[0].Tokens));
        run.Log.Single(e => e.TaskWindowed is not null).TaskWindowed.Window.Parts.Single().ShouldBe(new WindowPart { Source = "guidance/1", Tokens = window.Parts[0].Tokens, Whole = window.Parts[0].Tokens });
    }

    [Fact]
    public void Guide_TaskWithAWindow_GuidanceComesBeforeOutputsAndIsNeverCut()
    {
        var run = RunDriver.Started(Of(Task("a"), Task("b", "a").With(task => task.Window = new ContextWindow { Tokens = 1 })));
        run.Work("a", ("text", Google.Protobuf.WellKnownTypes.Value.ForString("To do b, count to three.")));
        Guide(run, "First.");
        Guide(run, "Second.");

        run.Start("b");

        var window = Assignments.Of(run.State, run.State.Find("b")!).Window;
        window.Parts.Select(part => part.Text).ShouldBe(["First.", "Second."]);
        window.LeftOut.Single().Source.ShouldBe("a");
    }

    [Fact]
    public void Guide_MoreThanFits_TheNewestIsToldAndTheRestIsNamed()
    {
        var run = RunDriver.Started(Of(Task("a")));
        for (var i = 1; i <= 6; i++)
        {
            Guide(run, $"{i}: {string.Concat(Enumerable.Repeat("word ", 790))}").ShouldBeNull();
        }

        run.Start("a");

        var window = Assignments.Of(run.State, run.State.Find("a")!).Window;
        window.Parts.Select(part => part.Source).ShouldBe(["guidance/2", "guidance/3", "guidance/4", "guidance/5", "guidance/6"]);
        window.LeftOut.ShouldHaveSingleItem().Source.ShouldBe("guidance/1");
    }

    [Fact]
    public void Guide_EndedOrToldTooMuch_IsRefused()
    {
        var run = RunDriver.Started(Of(Task("a")));
        for (var i = 0; i < Guidance.MaxCount; i++)
        {
            Guide(run, "again").ShouldBeNull();
        }

        Guide(run, "once more").ShouldNotBeNull().Code.ShouldBe("TOO_MUCH_GUIDANCE");
        run.Do(new RunInput.Cancel(s_ann, "", "")).ShouldBeNull();
        Guide(run, "too late").ShouldNotBeNull().Code.ShouldBe("RUN_ENDED");
    }

    [Fact]
    public void Guide_SameRequestId_IsDoneOnce()
    {
        var run = RunDriver.Started(Of(Task("a")));

        Guide(run, "Use tabs.", "g1").ShouldBeNull();
        Guide(run, "Use tabs.", "g1").ShouldBeNull();

        run.State.Guidance.ShouldHaveSingleItem().RequestId.ShouldBe("g1");
    }

    private static Refusal? Guide(RunDriver run, string text, string requestId = "") => run.Do(new RunInput.Guide(s_ann, text, requestId));
}

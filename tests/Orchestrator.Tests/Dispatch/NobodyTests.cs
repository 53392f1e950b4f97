using Orchestrator.Runs;
using static Orchestrator.Tests.Engine.TestSystem;

namespace Orchestrator.Tests.Dispatch;

/// <summary>Tasks that no instance can do.</summary>
public class NobodyTests
{
    [Fact]
    public async Task Sweep_NoInstanceForLong_RunIsToldOnceThenGivesUpOnce()
    {
        using var desk = new Desk(options => options.NoAgentSeconds = 0.5);
        for (var i = 0; i < 3000; i++)
        {
            desk.Offer("run", $"{i}");
        }

        await Until(() => desk.Inputs<RunInput.GiveUp>().Count == 3000, "all are given up");

        desk.Inputs<RunInput.Hold>().Count.ShouldBe(3000);
        desk.Inputs<RunInput.Hold>()[0].Reason.ShouldBe("Waits: no agent of the role 'worker' has joined.");
        desk.Inputs<RunInput.GiveUp>()[0].Failure.Code.ShouldBe("NO_AGENT");
        desk.Dispatcher.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Sweep_SomebodyComesInTime_NothingIsGivenUp()
    {
        using var desk = new Desk(options => options.NoAgentSeconds = 3);
        desk.Offer("run", "a");
        desk.Offer("run", "b");
        await Until(() => desk.Inputs<RunInput.Hold>().Count == 2, "both are told");

        desk.Join("one");
        desk.Assigned.ShouldBe(["run/a"]);
        desk.Leave("one");

        await Until(() => desk.Inputs<RunInput.GiveUp>().Count == 1, "the other is given up, counted from when the last one left");
        desk.Inputs<RunInput.Hold>().Count.ShouldBe(2);
        desk.Inputs<RunInput.GiveUp>()[0].TaskId.ShouldBe("b");
    }

    [Fact]
    public async Task Sweep_InstancesLackTheTaskType_SaysSo()
    {
        using var desk = new Desk();
        desk.Join("one", 1, "worker", "other");
        desk.Offer("run", "a");

        await Until(() => desk.Inputs<RunInput.Hold>().Count == 1, "it is told");

        desk.Inputs<RunInput.Hold>()[0].Reason.ShouldBe("Waits: no instance of the role 'worker' that is alive does 'work'.");
    }
}

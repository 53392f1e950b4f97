using Orchestrator.Runs;

namespace Orchestrator.Tests.Dispatch;

/// <summary>Which task goes next.</summary>
public class OrderTests
{
    [Fact]
    public void Offer_SeveralPriorities_HighestGoesFirstThenOldest()
    {
        using var desk = new Desk();
        foreach (var (task, priority) in new[] { ("a", 2), ("b", 9), ("c", 2), ("d", 5), ("e", 9) })
        {
            desk.Offer("run", task, priority);
        }

        var worker = desk.Join("one");

        desk.Drain(worker).ShouldBe(["run/b", "run/e", "run/d", "run/a", "run/c"]);
    }

    [Fact]
    public void Offer_ManyRunsOfOneTenant_RunsTakeTurns()
    {
        using var desk = new Desk();
        foreach (var task in new[] { "a", "b", "c" })
        {
            desk.Offer("big", task);
        }

        desk.Offer("small", "a");

        desk.Drain(desk.Join("one")).ShouldBe(["big/a", "small/a", "big/b", "big/c"]);
    }

    [Fact]
    public void Offer_ManyTenants_TenantsTakeTurnsWhateverTheirRuns()
    {
        using var desk = new Desk();
        foreach (var run in new[] { "1", "2", "3" })
        {
            desk.Offer($"many{run}", "a", tenant: "many");
        }

        desk.Offer("few", "a", tenant: "few");
        desk.Offer("few", "b", tenant: "few");

        desk.Drain(desk.Join("one")).ShouldBe(["many1/a", "few/a", "many2/a", "few/b", "many3/a"]);
    }

    [Fact]
    public void Offer_TenantWithManyTaskTypes_GetsNoMoreThanOneWithOne()
    {
        using var desk = new Desk();
        for (var i = 0; i < 3; i++)
        {
            desk.Offer("wide", $"x{i}", tenant: "wide", type: "x");
            desk.Offer("wide", $"y{i}", tenant: "wide", type: "y");
            desk.Offer("wide", $"z{i}", tenant: "wide", type: "z");
            desk.Offer("narrow", $"w{i}", tenant: "narrow", type: "work");
        }

        var order = desk.Drain(desk.Join("one", 1, "worker", "work", "x", "y", "z"));

        order.Take(6).Count(task => task.StartsWith("narrow", StringComparison.Ordinal)).ShouldBe(3, string.Join(' ', order));
        order.Take(9).Select(task => task.Split('/')[1][0]).Distinct().Count().ShouldBe(4, string.Join(' ', order));
    }

    [Fact]
    public void Offer_AnotherInstanceIsToBeTakenAndHasNoRoom_OthersDoNotWaitForIt()
    {
        using var desk = new Desk();
        var lost = desk.Join("lost");
        desk.Join("other");
        desk.Offer("busy", "a");
        desk.Offer("busy", "b");
        desk.Offer("run", "retry", avoid: "lost");
        desk.Offer("run", "next");

        desk.Dispatcher.Release(lost, "t");

        desk.Assigned.ShouldBe(["busy/a", "busy/b", "run/next"]);
        desk.Inputs<RunInput.Assign>()[^1].InstanceId.ShouldBe("lost");
        desk.Dispatcher.Release(desk.Registry.Find("other")!, "t");
        desk.Inputs<RunInput.Assign>()[^1].ShouldSatisfyAllConditions(assign => assign.TaskId.ShouldBe("retry"), assign => assign.InstanceId.ShouldBe("other"));
    }

    [Fact]
    public void Offer_TheOneToAvoidIsTheOnlyOne_TakesIt()
    {
        using var desk = new Desk();
        desk.Join("only");
        desk.Offer("run", "retry", avoid: "only");

        desk.Inputs<RunInput.Assign>().ShouldHaveSingleItem().InstanceId.ShouldBe("only");
    }

    [Fact]
    public async Task Offer_NotBefore_WaitsForItsTime()
    {
        using var desk = new Desk();
        desk.Join("one", capacity: 4);
        desk.Offer("run", "later", after: TimeSpan.FromMilliseconds(300));
        desk.Offer("run", "gone", after: TimeSpan.FromMilliseconds(300));
        desk.Offer("run", "now");
        desk.Dispatcher.Withdraw("run", "gone");
        var started = TimeProvider.System.GetTimestamp();
        desk.Assigned.ShouldBe(["run/now"]);

        await Engine.TestSystem.Until(() => desk.Assigned.Count == 2, "its time has come");

        TimeProvider.System.GetElapsedTime(started).TotalMilliseconds.ShouldBeGreaterThan(250);
        desk.Assigned.ShouldBe(["run/now", "run/later"]);
    }

    [Fact]
    public void Offer_SameTaskTwice_IsReplaced()
    {
        using var desk = new Desk();
        desk.Offer("run", "a", 1);
        desk.Offer("run", "b", 5);
        desk.Offer("run", "a", 9);

        desk.Drain(desk.Join("one")).ShouldBe(["run/a", "run/b"]);
    }

    [Fact]
    public void Withdraw_TaskRunAndAll_LeaveOnlyTheRest()
    {
        using var desk = new Desk();
        foreach (var run in new[] { "r1", "r2", "r3", "r4" })
        {
            for (var i = 0; i < 20; i++)
            {
                desk.Offer(run, $"t{i}", priority: i % 10, type: i % 2 == 0 ? "work" : "more");
            }
        }

        desk.Dispatcher.Withdraw("r1", "t3");
        desk.Dispatcher.Withdraw("r1", "unknown");
        desk.Dispatcher.WithdrawRun("r2");
        desk.Dispatcher.WithdrawAll(run => run == "r3");

        desk.Dispatcher.Waiting.ShouldBe(39);
        var left = desk.Drain(desk.Join("one", 1, "worker", "work", "more"));
        left.Count.ShouldBe(39);
        left.ShouldNotContain("r1/t3");
        left.Distinct().Count().ShouldBe(39);
        desk.Dispatcher.Waiting.ShouldBe(0);
    }
}

using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;

namespace Orchestrator.Tests.Dispatch;

/// <summary>How many run at a time, and how many may wait.</summary>
public class LimitTests
{
    [Fact]
    public void Offer_TenantAtItsLimit_OthersGoOnAndItsOwnFollowWhenOneEnds()
    {
        using var desk = new Desk(options => options.TenantRunning = 2);
        var worker = desk.Join("one", capacity: 10);
        for (var i = 0; i < 5; i++)
        {
            desk.Offer("greedy", $"{i}", tenant: "greedy", priority: 9);
        }

        desk.Offer("other", "a", tenant: "other", priority: 1);

        desk.Assigned.ShouldBe(["greedy/0", "greedy/1", "other/a"]);
        desk.Dispatcher.Release(worker, "greedy");
        desk.Assigned[3..].ShouldBe(["greedy/2"]);
        desk.Dispatcher.Release(worker, "other");
        desk.Assigned.Count.ShouldBe(4);
    }

    [Fact]
    public void Withdraw_TaskOfATenantAtItsLimit_IsGone()
    {
        using var desk = new Desk(options => options.TenantRunning = 1);
        var worker = desk.Join("one", capacity: 10);
        foreach (var task in new[] { "a", "b", "c" })
        {
            desk.Offer("run", task);
        }

        desk.Dispatcher.Withdraw("run", "b");
        desk.Dispatcher.Release(worker, "t");

        desk.Assigned.ShouldBe(["run/a", "run/c"]);
    }

    [Fact]
    public void Offer_RoleLimit_HoldsOverAllInstances()
    {
        using var desk = new Desk(options => options.RoleLimits["worker"] = 3);
        var worker = desk.Join("one", capacity: 2);
        desk.Join("two", capacity: 2);
        for (var i = 0; i < 4; i++)
        {
            desk.Offer("run", $"{i}");
        }

        desk.Assigned.Count.ShouldBe(3);
        desk.Dispatcher.Release(worker, "t");
        desk.Assigned.Count.ShouldBe(4);
    }

    [Fact]
    public void Offer_InstanceSaysItIsFull_WaitsForItsHeartbeat()
    {
        using var desk = new Desk();
        var worker = desk.Join("one", capacity: 2);
        worker.Use.MarkFull();
        desk.Offer("run", "a");
        desk.Assigned.ShouldBeEmpty();

        desk.Heartbeat("one", running: 1);

        desk.Assigned.ShouldBe(["run/a"]);
    }

    [Fact]
    public void Heartbeat_OthersUseTheInstance_OnlyTheRestIsTaken()
    {
        using var desk = new Desk();
        desk.Join("one", capacity: 4);
        desk.Heartbeat("one", running: 3);
        desk.Offer("run", "a");
        desk.Offer("run", "b");
        desk.Assigned.ShouldBe(["run/a"]);
        desk.Dispatcher.Depths()["worker"].Running.ShouldBe(4);

        desk.Heartbeat("one", running: 4);
        desk.Assigned.ShouldBe(["run/a"]);
        desk.Heartbeat("one", running: 1);

        desk.Assigned.ShouldBe(["run/a", "run/b"]);
    }

    [Fact]
    public void Post_IsRefused_TheReservationIsGivenBack()
    {
        using var desk = new Desk { Accepts = input => input is not RunInput.Assign { TaskId: var task } || task.StartsWith("good", StringComparison.Ordinal) };
        for (var i = 0; i < 20_000; i++)
        {
            desk.Offer("run", $"bad{i}");
        }

        desk.Offer("run", "good");

        var worker = desk.Join("one"); // all refusals in one go must not pile up on the stack

        desk.Assigned.Count.ShouldBe(20_001);
        worker.Running.ShouldBe(1);
    }

    [Fact]
    public void Leave_InstanceIsReserved_TheReservationIsGivenBackAndNothingStaysCounted()
    {
        using var desk = new Desk(options => (options.RoleLimits["worker"], options.TenantRunning) = (1, 1));
        var old = desk.Join("one");
        desk.Offer("run", "a");
        desk.Assigned.ShouldBe(["run/a"]);

        desk.Leave("one");
        var again = desk.Join("one");
        desk.Offer("run", "b");
        again.ShouldNotBe(old);
        again.Running.ShouldBe(1); // what ran there runs on
        desk.Assigned.ShouldBe(["run/a"]);

        desk.Dispatcher.Release(desk.Registry.UseOf("one")!, "t");
        desk.Assigned.ShouldBe(["run/a", "run/b"]);
        again.Running.ShouldBe(1);
    }

    [Fact]
    public void CheckRoom_BoundIsReached_RefusesWithATime()
    {
        using var desk = new Desk(options => (options.MaxWaiting, options.MaxWaitingPerTenant) = (5, 2));
        desk.Offer("run", "a", tenant: "one");
        desk.Offer("run", "b", tenant: "one");

        desk.Dispatcher.CheckRoom("two");
        var refused = Should.Throw<RequestRefusedException>(() => desk.Dispatcher.CheckRoom("one"));
        refused.GrpcCode.ShouldBe(StatusCode.ResourceExhausted);
        refused.Code.ShouldBe("QUEUE_FULL");
        refused.Message.ShouldContain("'one'");
        refused.RetryAfter.ShouldNotBeNull();

        for (var i = 0; i < 3; i++)
        {
            desk.Offer("other", $"{i}", tenant: "three");
        }

        Should.Throw<RequestRefusedException>(() => desk.Dispatcher.CheckRoom("two")).Message.ShouldContain("Dispatch:MaxWaiting");
        desk.Dispatcher.WithdrawRun("other");
        desk.Dispatcher.CheckRoom("two");
    }

    [Fact]
    public void Depths_SomeWaitSomeRun_TellsBoth()
    {
        using var desk = new Desk();
        desk.Join("one", capacity: 2);
        for (var i = 0; i < 5; i++)
        {
            desk.Offer("run", $"{i}");
        }

        var depth = desk.Dispatcher.Depths()["worker"];

        depth.ShouldBe(depth with { Waiting = 3, Running = 2, Capacity = 2, Instances = 1 });
        depth.OldestEnteredAt.ShouldNotBeNull();
    }
}

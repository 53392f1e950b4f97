using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Dispatch;

/// <summary>What the orchestrator makes of what an instance answers, over real gRPC.</summary>
public class AttemptTests
{
    [Fact]
    public async Task Execute_InstanceHasNoWorkStreams_GetsACallForEachAttempt()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "bare", capacity: 4);

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"), Task("b", "a"), Task("c", "a"))));

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.ShouldNotContain(e => e.AttemptFailed != null);
        agent.Executed.Count.ShouldBe(3);
        agent.Attached.ShouldBeEmpty();
        agent.Executed.ShouldAllBe(assignment => assignment.Credential.InstanceId == "bare");
        await TestSystem.Until(() => agent.Acknowledged.Count == 3, "all results are acknowledged");
        agent.Acknowledged.ShouldAllBe(key => key.Epoch > 0);
    }

    [Fact]
    public async Task Execute_InstanceIsFull_IsNoAttemptAndWaitsUntilItSaysHowItIs()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "full", capacity: 4);
        var full = 5;
        agent.OnExecute = (_, events, _) => Interlocked.Decrement(ref full) >= 0
            ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "full"))
            : events.WriteAsync(BareAgent.Result(1));

        var run = await system.SubmitAsync(Of(Task("a").With(task => task.Retry = new RetryPolicy { MaxAttempts = 1 })));
        while (Volatile.Read(ref full) >= 0)
        {
            await agent.HeartbeatAsync();
            await TestSystem.Until(() => true, "");
        }

        var events = await system.WatchAsync(run);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Where(e => e.AttemptFailed != null).Select(e => e.AttemptFailed.Failure.Code).ShouldBe(Enumerable.Repeat("INSTANCE_FULL", 5));
        (await system.RunAsync(run)).Tasks.Single().Status.ShouldBe(State.Completed);
    }

    [Fact]
    public async Task Execute_InstanceRefuses_AnotherGetsItAndItDoesNotCount()
    {
        await using var system = await TestSystem.StartAsync();
        await using var refuses = await BareAgent.StartAsync(system, "refuses");
        refuses.OnExecute = (_, _, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "a tombstone"));
        var run = await system.SubmitAsync(Of(Task("a").With(task => task.Retry = new RetryPolicy { MaxAttempts = 1, Backoff = 1 })));
        await system.UntilAsync(run, e => e.AttemptFailed != null);
        await using var takes = await BareAgent.StartAsync(system, "takes");

        var events = await system.WatchAsync(run);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Where(e => e.AttemptFailed != null).ShouldAllBe(e => e.AttemptFailed.Failure.Code == "INSTANCE_REFUSED" && e.AttemptFailed.Failure.Message.Contains("a tombstone"));
        events.Last(e => e.TaskStarted != null).TaskStarted.InstanceId.ShouldBe("takes");
    }

    [Fact]
    public async Task Execute_StreamBreaksInTheMiddle_AttachesAfterTheLastEventSeen()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "breaks");
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.OnExecute = async (_, events, context) =>
        {
            await events.WriteAsync(BareAgent.Tool(1, "first"));
            await events.WriteAsync(BareAgent.Tool(2, "second"));
            await seen.Task;
            context.GetHttpContext().Abort();
        };
        agent.OnAttach = async (request, events, _) =>
        {
            // One of them comes again: it is not shown again.
            await events.WriteAsync(BareAgent.Tool(request.AfterSeq, "second"));
            await events.WriteAsync(BareAgent.Tool(request.AfterSeq + 1, "third"));
            await events.WriteAsync(BareAgent.Result(request.AfterSeq + 2));
        };

        var run = await system.SubmitAsync(Of(Task("a")));
        await system.UntilAsync(run, e => e.ToolCalled?.Tool == "second");
        seen.SetResult();
        var events = await system.WatchAsync(run);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Where(e => e.ToolCalled != null).Select(e => (e.ToolCalled.Tool, e.ToolCalled.Seq)).ShouldBe([("first", 1L), ("second", 2L), ("third", 3L)]);
        agent.Attached.ShouldHaveSingleItem().AfterSeq.ShouldBe(2);
        agent.Executed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_StreamBreaksAndTheInstanceForgot_AnotherAttemptFollowsWithANotice()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "forgets");
        agent.OnExecute = async (assignment, events, context) =>
        {
            if (assignment.Credential.Attempt == 1)
            {
                context.GetHttpContext().Abort();
                return;
            }

            await events.WriteAsync(BareAgent.Result(1));
        };

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Single(e => e.AttemptFailed != null).AttemptFailed.Failure.Code.ShouldBe("INSTANCE_LOST");
        var notice = events.Single(e => e.TaskReassigned != null).TaskReassigned;
        notice.Reason.ShouldContain("does not know the attempt");
        notice.Health.ShouldBe("still in the registry");
    }

    [Fact]
    public async Task OrchestratorRestarts_EventsWereRecorded_AttachesAfterThemUnderItsOwnEpoch()
    {
        await using var system = await TestSystem.StartAsync();
        var agent = await BareAgent.StartAsync(system, "stays");
        agent.OnExecute = async (_, events, context) =>
        {
            await events.WriteAsync(BareAgent.Progress(1, 0.5));
            await events.WriteAsync(BareAgent.Tool(2, "hammer"));
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        agent.OnAttach = (request, events, _) => events.WriteAsync(BareAgent.Result(request.AfterSeq + 1));
        var run = await system.SubmitAsync(Of(Task("a")));
        await system.UntilAsync(run, e => e.ToolCalled != null);

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        await agent.JoinAgainAsync();
        var events = await system.WatchAsync(run);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Count(e => e.TaskProgressed != null || e.ToolCalled != null).ShouldBe(2);
        var attached = agent.Attached.ShouldHaveSingleItem();
        attached.AfterSeq.ShouldBe(2);
        attached.Epoch.ShouldBeGreaterThan(attached.Credential.Epoch);
        agent.Executed.Count.ShouldBe(1);
        await agent.DisposeAsync();
    }

    [Fact]
    public async Task OrchestratorRestarts_ResultCameMeanwhile_IsFetchedNotDoneAgain()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<RecoveryTests.Nothing, RecoveryTests.Done>("work", async (_, _, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
            ended.SetResult();
            return new RecoveryTests.Done("meanwhile");
        }));
        var run = await system.SubmitAsync(Of(Task("a")));
        await TestSystem.Until(() => executions == 1, "it runs");

        await system.StopOrchestratorAsync();
        mayEnd.SetResult();
        await ended.Task;
        await system.StartOrchestratorAsync();
        var events = await system.WatchAsync(run);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Single(e => e.TaskOutput != null).TaskOutput.Output.Fields["by"].StringValue.ShouldBe("meanwhile");
        executions.ShouldBe(1);
    }

    [Fact]
    public async Task TimeLimit_NoResult_InstanceIsAskedHowItIsAndTold()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "hangs");
        agent.OnExecute = (assignment, events, context) => assignment.Credential.Attempt == 1
            ? System.Threading.Tasks.Task.Delay(Timeout.Infinite, context.CancellationToken)
            : events.WriteAsync(BareAgent.Result(1));

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a").With(task => task.TimeLimit = 1))));

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Single(e => e.AttemptFailed != null).AttemptFailed.Failure.Code.ShouldBe("TIMEOUT");
        events.Single(e => e.TaskReassigned != null).TaskReassigned.Health.ShouldBe(Instance.Answers);
        agent.Described.ShouldBe(1);
        agent.Cancelled.First().Reason.ShouldBe("its time is up");
        agent.Cancelled.First().Epoch.ShouldBeGreaterThan(0);
        system.Services.GetRequiredService<Dispatcher>().Depths()["worker"].Running.ShouldBe(0);
    }
}

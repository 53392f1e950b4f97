using Agents.Hosting;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

public class RecoveryTests
{
    public sealed record Nothing;

    public sealed record Done(string By);

    private static Action<AgentBuilder> Agent(string name, Func<TaskContext, CancellationToken, Task> work) => agent =>
        agent.Limit(maxParallel: 2).OnTask<Nothing, Done>("work", async (_, context, ct) =>
        {
            await work(context, ct);
            return new Done(name);
        });

    [Fact]
    public async Task OrchestratorRestarts_AttemptIsRunning_AttachesInsteadOfDoingItAgain()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource();
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Agent("one", async (_, ct) =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
        }));
        var runId = await system.SubmitAsync(Of(Task("a"), Task("b", "a")));
        await TestSystem.Until(() => executions == 1, "the attempt runs");

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        mayEnd.SetResult();
        var events = await system.WatchAsync(runId);

        executions.ShouldBe(2); // once "a", once "b"
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.ShouldNotContain(e => e.AttemptFailed != null);
    }

    [Fact]
    public async Task TimeLimit_AttemptHangs_IsCancelledAndGoesToAnotherInstanceWithANotice()
    {
        var cancelled = new TaskCompletionSource();
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Agent("hangs", async (_, ct) =>
        {
            using var registration = ct.Register(() => cancelled.TrySetResult());
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, ct);
        }));
        var runId = await system.SubmitAsync(Of(Task("a").With(task => task.TimeLimit = 1)));
        await system.UntilAsync(runId, e => e.TaskStarted != null);
        await system.AddAgentAsync("worker", Agent("works", (_, _) => System.Threading.Tasks.Task.CompletedTask));

        var events = await system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        var notice = events.Single(e => e.TaskReassigned != null).TaskReassigned;
        notice.Health.ShouldBe("answers");
        notice.DelayMs.ShouldBeGreaterThanOrEqualTo(900);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var started = events.Where(e => e.TaskStarted != null).Select(e => e.TaskStarted.InstanceId).ToList();
        started.Count.ShouldBe(2);
        started[0].ShouldNotBe(started[1]);
    }

    [Fact]
    public async Task Cancel_AttemptIsRunning_ReachesTheAgent()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Agent("hangs", async (_, ct) =>
        {
            using var registration = ct.Register(() => cancelled.TrySetResult());
            started.SetResult();
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, ct);
        }));
        var runId = await system.SubmitAsync(Of(Task("a")));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var response = await system.Engine.CancelAsync(new CancelRunRequest { RunId = runId, Reason = "enough" }, TestSystem.Me, CancellationToken.None);

        response.Status.ShouldBe(State.Cancelled);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await system.WatchAsync(runId))[^1].RunCancelled.ShouldNotBeNull();
    }

    [Fact]
    public async Task NoAgentOfTheRole_TaskIsHeldWithAReasonThenTheRunFails()
    {
        await using var system = await TestSystem.StartAsync("--Dispatch:NoAgentSeconds=0.5");

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        events.ShouldContain(e => e.TaskHeld != null && e.TaskHeld.Reason.Contains("'worker'"));
        events[^1].RunFailed.Failure.Code.ShouldBe("NO_AGENT");
    }

    [Fact]
    public async Task InstanceLeavesInTheMiddle_TaskGoesToAnother()
    {
        var inFirst = new TaskCompletionSource();
        await using var system = await TestSystem.StartAsync();
        var first = await system.AddAgentAsync("worker", Agent("first", async (_, ct) =>
        {
            inFirst.TrySetResult();
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, ct);
        }), "--Agents:DrainSeconds=0");
        var runId = await system.SubmitAsync(Of(Task("a")));
        await inFirst.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await system.AddAgentAsync("worker", Agent("second", (_, _) => System.Threading.Tasks.Task.CompletedTask));

        await first.StopAsync();
        var events = await system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Count(e => e.TaskStarted != null).ShouldBe(2);
    }
}

using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Runs that wait: for a person, a time, another run. They survive restarts and hold no memory.</summary>
public sealed class WaitingTests
{
    private static PlannedTask Ask(string id, Action<Approval>? change = null) => Task(id).With(task =>
    {
        (task.Role, task.TaskType, task.Approval) = ("", "", new Approval { Question = "Shall we?" });
        change?.Invoke(task.Approval);
    });

    private static int InMemory(TestSystem system) => system.Services.GetRequiredService<RunHost>().Loaded;

    [Fact]
    public async Task Approval_RestartInBetween_IsDecidedAndNothingStaysInMemory()
    {
        await using var system = await TestSystem.StartAsync("--Replicas:IdleSeconds=0.1", "--Replicas:RenewSeconds=0.1");
        var runId = await system.SubmitAsync(Of(Ask("ask")));
        await system.UntilAsync(runId, e => e.ApprovalRequested != null);
        await TestSystem.Until(() => InMemory(system) == 0, "the run has left the memory");

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        InMemory(system).ShouldBe(0);
        var approval = (await system.Engine.ListApprovalsAsync(new ListApprovalsRequest(), TestSystem.Me, default)).Approvals.ShouldHaveSingleItem();
        approval.RunId.ShouldBe(runId);
        var request = new DecideApprovalRequest { RunId = runId, TaskId = "ask", Approved = true, Comment = "fine", RequestId = "r1" };
        await system.Engine.DecideAsync(request, TestSystem.Me, default);
        var events = await system.WatchAsync(runId);

        events.Single(e => e.ApprovalDecided != null).ApprovalDecided.By.ShouldBe(TestSystem.Me);
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
    }

    [Fact]
    public async Task Approval_DeadlinePassesWhileTheRunIsNotInMemory_IsRejected()
    {
        await using var system = await TestSystem.StartAsync("--Replicas:IdleSeconds=0", "--Replicas:RenewSeconds=0.05");
        var runId = await system.SubmitAsync(Of(Ask("ask", approval => (approval.Deadline, approval.OnRejected) = (1, "continue"))));

        var events = await system.WatchAsync(runId);

        events.Single(e => e.ApprovalDecided != null).ApprovalDecided.By.ShouldBeNull();
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
    }

    [Fact]
    public async Task Wait_RestartInBetween_EndsAtItsTime()
    {
        await using var system = await TestSystem.StartAsync("--Replicas:IdleSeconds=0", "--Replicas:RenewSeconds=0.05");
        var runId = await system.SubmitAsync(Of(Task("wait").With(task => (task.Role, task.TaskType, task.Wait) = ("", "", new Wait { Duration = "1.5" }))));
        await system.UntilAsync(runId, e => e.WaitStarted != null);

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        var events = await system.WatchAsync(runId);

        var (started, ended) = (events.Single(e => e.WaitStarted != null), events.Single(e => e.WaitEnded != null));
        ended.Time.ToDateTimeOffset().ShouldBeGreaterThanOrEqualTo(started.WaitStarted.Until.ToDateTimeOffset());
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
    }

    [Fact]
    public async Task Retry_OfAFailedRun_AdoptsWhatWasFinished()
    {
        var (done, works) = (0, false);
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent
            .OnTask<RecoveryTests.Nothing, RecoveryTests.Done>("work", (_, _, _) =>
            {
                Interlocked.Increment(ref done);
                return System.Threading.Tasks.Task.FromResult(new RecoveryTests.Done("one"));
            })
            .OnTask<RecoveryTests.Nothing, RecoveryTests.Done>("breaks", (_, _, _) => works
                ? System.Threading.Tasks.Task.FromResult(new RecoveryTests.Done("two"))
                : throw new TaskFailedException("BROKEN", "Not yet.")));
        var runId = await system.SubmitAsync(Of(Task("a"), Task("b", "a").With(task => task.TaskType = "breaks")));
        (await system.WatchAsync(runId))[^1].RunFailed.ShouldNotBeNull();

        works = true;
        var retried = await system.Engine.RetryAsync(new RetryRunRequest { RunId = runId, RequestId = "again" }, TestSystem.Me, default);
        var events = await system.WatchAsync(retried.RunId);

        retried.Adopted.ShouldBe(1);
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        done.ShouldBe(1);
        (await system.Engine.RetryAsync(new RetryRunRequest { RunId = runId, RequestId = "again" }, TestSystem.Me, default)).RunId.ShouldBe(retried.RunId);
    }
}

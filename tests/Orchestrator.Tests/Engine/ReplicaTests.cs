using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Orchestrator.Tests.Runs;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Several replicas on one Redis.</summary>
public sealed class ReplicaTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Nothing;

    public sealed record Done(string By);

    private string[] Settings => [$"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2"];

    private static Action<AgentBuilder> Worker(Func<CancellationToken, Task>? work = null) => agent =>
        agent.Limit(maxParallel: 8).OnTask<Nothing, Done>("work", async (_, _, ct) =>
        {
            await (work?.Invoke(ct) ?? System.Threading.Tasks.Task.CompletedTask);
            return new Done("worker");
        });

    private static int Owned(IServiceProvider services)
    {
        var (host, count) = (services.GetRequiredService<RunHost>(), services.GetRequiredService<IRunStore>().PartitionCount);
        return Enumerable.Range(0, 500).Select(i => $"run-{i}").GroupBy(id => Partitions.Of(id, count)).Count(group => host.LeaseOf(group.First()) is not null);
    }

    [Fact]
    public async Task Replicas_ComeAndGo_ThePartitionsAreSharedEvenly()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        Owned(system.Services).ShouldBe(16);

        var second = await system.AddReplicaAsync();
        await TestSystem.Until(() => (Owned(system.Services), Owned(second.Services)) == (8, 8), "each has half");
        var third = await system.AddReplicaAsync();
        await TestSystem.Until(() => new[] { system.Services, second.Services, third.Services }.Select(Owned).Order().SequenceEqual([5, 5, 6]), "each has a third");

        await system.StopReplicaAsync(second);
        await TestSystem.Until(() => (Owned(system.Services), Owned(third.Services)) == (8, 8), "the two that are left have half");
    }

    [Fact]
    public async Task Requests_AtAnyReplica_AreCarriedOutByTheOwner()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        var second = await system.AddReplicaAsync();
        await TestSystem.Until(() => Owned(second.Services) == 8, "shared");
        await system.AddAgentAsync("worker", Worker());

        // Whichever owns the run: half of these go through an inbox.
        var runs = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            runs.Add(await system.SubmitAsync(Of(Task("a"), Task("b", "a")), by: i % 2 == 0 ? system.Services : second.Services));
        }

        foreach (var run in runs)
        {
            var here = await system.WatchAsync(run);
            var there = await TestSystem.WatchAsync(second.Services, run);
            here[^1].RunCompleted.ShouldNotBeNull(here[^1].ToString());
            there.ShouldBe(here);
            here.Select(e => e.Version).ShouldBe(Enumerable.Range(1, here.Count).Select(i => (long)i));
        }

        foreach (var services in new[] { system.Services, second.Services })
        {
            var run = await system.SubmitAsync(Of(Task("ask").With(task => (task.Role, task.TaskType, task.Approval) = ("", "", new Approval { Question = "Shall we?" }))));
            var engine = services.GetRequiredService<IRunEngine>();
            await TestSystem.UntilAsync(services, run, e => e.ApprovalRequested != null);
            (await engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run }, TestSystem.Me, default)).Approvals.ShouldHaveSingleItem().Question.ShouldBe("Shall we?");
            await engine.PauseAsync(new PauseRunRequest { RunId = run }, TestSystem.Me, default);
            await engine.ResumeAsync(new ResumeRunRequest { RunId = run }, TestSystem.Me, default);
            await engine.DecideAsync(new DecideApprovalRequest { RunId = run, TaskId = "ask", Approved = true }, TestSystem.Me, default);
            (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
            (await engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run }, TestSystem.Me, default)).Approvals.ShouldBeEmpty();
            await engine.DeleteAsync(new DeleteRunRequest { RunId = run }, TestSystem.Me, default);
            (await Should.ThrowAsync<RequestRefusedException>(() => engine.GetAsync(run, false, TestSystem.Me, default))).Code.ShouldBe("UNKNOWN_RUN");
        }
    }

    [Fact]
    public async Task OwnerStops_AttemptsAreRunning_TheOtherReplicaGoesOnWithThem()
    {
        var executions = 0;
        var mayEnd = new TaskCompletionSource();
        await using var system = await TestSystem.StartAsync(Settings);
        var second = await system.AddReplicaAsync();
        await TestSystem.Until(() => Owned(second.Services) == 8, "shared");
        await system.AddAgentAsync("worker", Worker(async ct =>
        {
            Interlocked.Increment(ref executions);
            await mayEnd.Task.WaitAsync(ct);
        }));
        await TestSystem.Until(() => second.Services.GetRequiredService<IAgentDirectory>().List("worker").Count == 1, "the second knows the agent");
        var runs = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            runs.Add(await system.SubmitAsync(Of(Task("a"))));
        }

        await TestSystem.Until(() => executions == 6, "all run");
        await system.StopReplicaAsync(second);
        await TestSystem.Until(() => Owned(system.Services) == 16, "taken over");
        mayEnd.SetResult();
        foreach (var run in runs)
        {
            var events = await system.WatchAsync(run);
            events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
            events.Count(e => e.TaskStarted != null).ShouldBe(1);
        }

        executions.ShouldBe(6);
    }
}

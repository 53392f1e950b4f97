using System.Collections.Concurrent;
using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Tests.Runs;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>What waits for an instance is in the store, and nowhere else.</summary>
public sealed class QueueTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Numbered(int N);

    private static Plan Items(int count)
    {
        var plan = Of(Task("each").With(task =>
        {
            task.Foreach = "${inputs.list}";
            task.Input = Output(("n", Google.Protobuf.WellKnownTypes.Value.ForString("${item}")));
        }));
        return plan;
    }

    private static Google.Protobuf.WellKnownTypes.Struct Numbers(int count) => Output(("list", Google.Protobuf.WellKnownTypes.Value.ForList(
        [.. Enumerable.Range(0, count).Select(n => Google.Protobuf.WellKnownTypes.Value.ForNumber(n))])));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backlog_OfTenThousandTasks_SurvivesARestartAndIsDoneOnce(bool onRedis)
    {
        const int count = 10_000;
        string[] settings = onRedis ? [$"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}"] : [];
        var done = new ConcurrentDictionary<int, int>();
        await using var system = await TestSystem.StartAsync(settings);
        var runId = await system.SubmitAsync(Items(count), inputs: Numbers(count));
        await TestSystem.UntilAsync(async () => await DepthAsync(system) == count, "all wait");

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        (await DepthAsync(system)).ShouldBe(count);
        (await system.Engine.QueueAsync(new GetQueueMetricsRequest { Role = "worker" }, default)).Roles.ShouldHaveSingleItem().OldestSeconds.ShouldBeGreaterThan(0);
        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 200).OnTask<Numbered, RecoveryTests.Done>("work", (input, _, _) =>
        {
            done.AddOrUpdate(input.N, 1, (_, times) => times + 1);
            return System.Threading.Tasks.Task.FromResult(new RecoveryTests.Done("one"));
        }));
        var events = await system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        done.Count.ShouldBe(count);
        done.Values.ShouldAllBe(times => times == 1);
        (await DepthAsync(system)).ShouldBe(0);
    }

    [Fact]
    public async Task Priority_HigherGoesFirst_WhenThereIsRoomForOne()
    {
        var order = new ConcurrentQueue<string>();
        await using var system = await TestSystem.StartAsync();
        var plan = Of([.. new[] { 1, 9, 5, 0, 7 }.Select(priority => Task($"p{priority}").With(task => task.Priority = priority))]);
        var runId = await system.SubmitAsync(plan);
        await TestSystem.UntilAsync(async () => await DepthAsync(system) == 5, "all wait");

        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 1).OnTask<RecoveryTests.Nothing, RecoveryTests.Done>("work", (_, context, _) =>
        {
            order.Enqueue(context.TaskId);
            return System.Threading.Tasks.Task.FromResult(new RecoveryTests.Done("one"));
        }));
        await system.WatchAsync(runId);

        order.ShouldBe(["p9", "p7", "p5", "p1", "p0"]);
    }

    private static async Task<long> DepthAsync(TestSystem system) =>
        (await system.Engine.QueueAsync(new GetQueueMetricsRequest { Role = "worker" }, default)).Roles.SingleOrDefault()?.Depth ?? 0;
}

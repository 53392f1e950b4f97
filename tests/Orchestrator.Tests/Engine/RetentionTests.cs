using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Processing;
using Orchestrator.Tests.Runs;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using StackExchange.Redis;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Deleted runs, by request or by age: nothing of them remains.</summary>
public sealed class RetentionTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Large(string Text);

    private static Action<AgentBuilder> Writer => agent => agent.OnTask<RecoveryTests.Nothing, Large>("work", async (_, context, ct) =>
    {
        await context.Context.PutAsync("note", "remember", ct);
        return new Large(new string('x', 200_000));
    });

    [Fact]
    public async Task Delete_EndedRun_LeavesNothingInTheStoreAndNoArtifact()
    {
        var prefix = $"t{Guid.NewGuid():N}";
        await using var system = await TestSystem.StartAsync($"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix={prefix}");
        await system.AddAgentAsync("worker", Writer);
        var runId = await system.SubmitAsync(Of(Task("a"), Task("b", "a")));
        (await system.WatchAsync(runId))[^1].RunCompleted.ShouldNotBeNull();
        Artifacts(system).ShouldBe(1); // the same content twice
        foreach (var file in Directory.GetFiles(Path.Combine(system.Folder, "artifacts"), "*.bin", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2)); // as if it had been stored a while ago
        }

        await system.Engine.DeleteAsync(new DeleteRunRequest { RunId = runId }, TestSystem.Me, default);

        using var client = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},syncTimeout=60000");
        var keys = client.GetServer("127.0.0.1", redis.Port).Keys(pattern: $"*{prefix}*").Select(key => key.ToString()).ToList();
        keys.ShouldNotContain(key => key.Contains(runId, StringComparison.Ordinal));
        keys.ShouldNotBeEmpty();
        Artifacts(system).ShouldBe(0);
        (await system.Engine.ListAsync(new ListRunsRequest(), TestSystem.Me, default)).Runs.ShouldBeEmpty();
        await Should.ThrowAsync<RequestRefusedException>(() => system.RunAsync(runId));
    }

    [Fact]
    public async Task Retention_RunsOlderThanItsDays_AreDeletedByThemselves()
    {
        await using var system = await TestSystem.StartAsync("--Replicas:RetentionDays=0.00001");
        await system.AddAgentAsync("worker", Writer);
        var runId = await system.SubmitAsync(Of(Task("a")));

        await TestSystem.UntilAsync(async () => (await system.Engine.ListAsync(new ListRunsRequest(), TestSystem.Me, default)).Runs.Count == 0, $"{runId} is gone");
        await TestSystem.Until(() => Artifacts(system) == 0, "its artifact is gone");
    }

    [Fact]
    public async Task Delete_RunThatGoesOn_IsRefused()
    {
        await using var system = await TestSystem.StartAsync();
        var runId = await system.SubmitAsync(Of(Task("a")));

        var refused = await Should.ThrowAsync<RequestRefusedException>(() => system.Engine.DeleteAsync(new DeleteRunRequest { RunId = runId }, TestSystem.Me, default));

        refused.Code.ShouldBe("RUN_NOT_ENDED");
    }

    private static int Artifacts(TestSystem system) =>
        Directory.Exists(Path.Combine(system.Folder, "artifacts")) ? Directory.GetFiles(Path.Combine(system.Folder, "artifacts"), "*.bin", SearchOption.AllDirectories).Length : 0;
}

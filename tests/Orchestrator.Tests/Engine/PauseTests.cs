using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

public class PauseTests
{
    [Fact]
    public async Task PausedAndResumed_ThenRestarted_TasksAreStillQueued()
    {
        await using var system = await TestSystem.StartAsync();
        var run = await system.SubmitAsync(Of(Task("a")));
        await system.UntilAsync(run, e => e.TaskQueued != null);
        (await QueueAsync(system)).ShouldBe([$"{run}/a"]);

        await system.Engine.PauseAsync(new PauseRunRequest { RunId = run }, TestSystem.Me, default);
        (await QueueAsync(system)).ShouldBeEmpty();
        (await system.RunAsync(run)).Summary.Status.ShouldBe(State.Paused);
        await system.Engine.ResumeAsync(new ResumeRunRequest { RunId = run }, TestSystem.Me, default);
        (await QueueAsync(system)).ShouldBe([$"{run}/a"]);

        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Nothing>("work", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Nothing())));
        (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
    }

    private static async Task<List<string>> QueueAsync(TestSystem system)
    {
        var store = system.Services.GetRequiredService<IRunStore>();
        var ids = new List<string>();
        for (var partition = 0; partition < store.PartitionCount; partition++)
        {
            await foreach (var entry in store.ReadQueueAsync(partition, default))
            {
                ids.Add(entry.Id);
            }
        }

        return ids;
    }

    public sealed record Nothing;
}

using Protos.V1;

namespace Deploy.Tests.Processes;

/// <summary>An upgrade without stopping: old and new replica side by side on one store, the old one drained while runs go on.</summary>
public sealed class UpgradeTests
{
    private const int Runs = 24;

    [Fact]
    public async Task Upgrade_OldReplicaDrainedWhileRunsGoOn_EveryRunCompletesOnce()
    {
        await using var cluster = await Cluster.CreateAsync();
        await cluster.StartRedisAsync();
        var old = await cluster.StartOrchestratorAsync("orchestrator-old");
        await cluster.StartAgentAsync("researcher");
        using var client = cluster.Client();
        List<string> runs = [];

        await SubmitAsync(Runs / 3);
        await cluster.StartOrchestratorAsync("orchestrator-new");
        var during = SubmitAsync(Runs / 3);
        // As a cluster does: out of the service, then SIGTERM.
        cluster.Service.Remove(old.GrpcPort);
        var exitCode = await old.StopAsync(cluster.Grace("orchestrator"));
        await during;
        await SubmitAsync(Runs / 3);

        exitCode.ShouldBe(0, old.Said);
        runs.Distinct().Count().ShouldBe(Runs);
        foreach (var run in runs)
        {
            var history = await client.HistoryAsync(run);
            history[^1].BodyCase.ShouldBe(RunEvent.BodyOneofCase.RunCompleted, history[^1].ToString());
            history.Count(e => e.BodyCase == RunEvent.BodyOneofCase.TaskOutput).ShouldBe(1);
            history.Select(e => e.Version).ShouldBe(Enumerable.Range(1, history.Count).Select(version => (long)version));
        }

        async Task SubmitAsync(int count)
        {
            for (var i = 0; i < count; i++)
                runs.Add(await client.SubmitAsync($"request-{runs.Count}"));
        }
    }
}

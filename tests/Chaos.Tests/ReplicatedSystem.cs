using Protos.V1;
using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>
/// From end to end: three replicas on one Redis with two copies of each agent, while they are killed and stopped. The same for a
/// system that trusts this machine (<see cref="PlainSystemTests"/>) and one that trusts nobody without proof (<see cref="SecuredSystemTests"/>).
/// </summary>
/// <param name="secured">TLS on both sides of every hop, keys, a password for Redis, and telemetry.</param>
/// <param name="share">Of the time that the plain system's passes take.</param>
public abstract class ReplicatedSystem(ITestOutputHelper output, bool secured, double share) : IDisposable
{
    private static readonly Shape Hold = new("hold", State.Completed, n => new() { ["value"] = n + 2 });
    private readonly string _folder = Directory.CreateTempSubdirectory("replicated-").FullName;

    [Fact]
    public Task ReplicasAgentsAndRedis_KilledAndStopped_NothingIsLostOrDoneTwice() =>
        PassAsync(new ChaosOptions(Seed: 20260301, Runs: 0, Chaos: TimeSpan.FromSeconds(60 * share), InFlight: 12) { Secured = secured });

    [Fact]
    public async Task Replica_Killed_OthersGoOnWithItsRunsWithinEightSeconds()
    {
        var options = new ChaosOptions(Seed: 20260303, Runs: 0, Chaos: TimeSpan.FromSeconds(45 * share), InFlight: 10) { OnlyReplicas = true, Secured = secured };
        var report = await PassAsync(options);
        for (var longer = 2; report.Failovers.Count == 0 && longer <= 4; longer++)
        {
            // A machine so slow that no run was at work when a replica was killed.
            report = await PassAsync(options with { Seed = options.Seed + longer, Chaos = options.Chaos * longer });
        }

        report.Failovers.Count.ShouldBeGreaterThan(0, report.Summary);
        Failovers.Percentile(report.Failovers, 0.95)!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(8), report.Summary);
    }

    [Fact]
    public async Task Replica_SleepsPastItsLease_AnotherGoesOnAndTheSleeperRecordsNothing()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        await using var system = await Deployment.StartAsync(_folder, replicas: 2, embedded: false, secured);
        using var client = new RunClient(system);
        ClientRun[] runs = [.. Enumerable.Range(1, 12).Select(i => new ClientRun(Hold, i, $"hold-{i}"))];
        Task[] running = [.. runs.Select(run => client.RunAsync(run, patience.Token))];
        await UntilAsync(() => ExecutionLog.Read(system.Executions).Count >= runs.Length, "all are at their agents", patience.Token);

        // Their results come while it sleeps, and wait in its connections.
        await system.Replicas[0].PauseAsync();
        await Task.WhenAll(running);
        await system.Replicas[0].ContinueAsync();
        await UntilAsync(() => Log(0).Contains("was lost to another replica", StringComparison.Ordinal), "it knows that it slept too long", patience.Token);
        await system.ReadyAsync();

        var executions = ExecutionLog.Read(system.Executions).ToLookup(e => e.RunId, StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var histories = new[] { await client.HistoryAsync(run.RunId, 0, patience.Token), await client.HistoryAsync(run.RunId, 1, patience.Token) };
            Verification.Of(run, [.. executions[run.RunId]], histories).ShouldBeEmpty(run.RunId);
        }
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<ChaosReport> PassAsync(ChaosOptions options)
    {
        var report = await new ChaosPass(options, output.WriteLine).RunAsync();
        output.WriteLine(report.Summary);
        report.Problems.ShouldBeEmpty($"{report.Summary}; logs in {report.Folder}");
        return report;
    }

    private string Log(int replica)
    {
        using var file = new FileStream(Path.Combine(_folder, $"replica-{replica}.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static async Task UntilAsync(Func<bool> holds, string what, CancellationToken ct)
    {
        while (!holds())
        {
            ct.IsCancellationRequested.ShouldBeFalse(what);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}

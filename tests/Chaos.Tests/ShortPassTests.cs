using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>A pass that is short enough for every build; <see cref="ChaosProgram"/> is the long one.</summary>
public sealed class ShortPassTests(ITestOutputHelper output)
{
    [Fact]
    public Task Redis_ReplicasAgentsAndRedisKilledAndStopped_NothingIsLostOrDoneTwice() =>
        PassAsync(new ChaosOptions(Seed: 20260301, Runs: 0, Chaos: TimeSpan.FromSeconds(60), InFlight: 12));

    [Fact]
    public Task Embedded_OrchestratorAndAgentsKilledAndStopped_NothingIsLostOrDoneTwice() =>
        PassAsync(new ChaosOptions(Seed: 20260302, Runs: 0, Chaos: TimeSpan.FromSeconds(30), Embedded: true, InFlight: 8));

    [Fact]
    public async Task Redis_ReplicaKilled_OthersGoOnWithItsRunsWithinEightSeconds()
    {
        var report = await PassAsync(new ChaosOptions(Seed: 20260303, Runs: 0, Chaos: TimeSpan.FromSeconds(45), InFlight: 10) { OnlyReplicas = true });
        report.Failovers.Count.ShouldBeGreaterThan(0, report.Summary);
        Failovers.Percentile(report.Failovers, 0.95)!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(8), report.Summary);
    }

    private async Task<ChaosReport> PassAsync(ChaosOptions options)
    {
        var report = await new ChaosPass(options, output.WriteLine).RunAsync();
        output.WriteLine(report.Summary);
        report.Problems.ShouldBeEmpty($"{report.Summary}; logs in {report.Folder}");
        return report;
    }
}

using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>A pass that is short enough for every build; <see cref="ChaosProgram"/> is the long one.</summary>
public sealed class ShortPassTests(ITestOutputHelper output)
{
    [Fact]
    public Task Redis_ReplicasAgentsAndRedisKilledAndStopped_NothingIsLostOrDoneTwice() =>
        PassAsync(new ChaosOptions(Seed: 20260301, Runs: 64, Chaos: TimeSpan.FromSeconds(60)));

    [Fact]
    public Task Embedded_OrchestratorAndAgentsKilledAndStopped_NothingIsLostOrDoneTwice() =>
        PassAsync(new ChaosOptions(Seed: 20260302, Runs: 32, Chaos: TimeSpan.FromSeconds(30), Embedded: true));

    private async Task PassAsync(ChaosOptions options)
    {
        var report = await new ChaosPass(options, output.WriteLine).RunAsync();
        output.WriteLine(report.Summary);
        report.Problems.ShouldBeEmpty($"{report.Summary}; logs in {report.Folder}");
    }
}

using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>A pass that is short enough for every build; <see cref="ChaosProgram"/> is the long one.</summary>
public sealed class ShortPassTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Embedded_OrchestratorAndAgentsKilledAndStopped_NothingIsLostOrDoneTwice()
    {
        var report = await new ChaosPass(new ChaosOptions(Seed: 20260302, Runs: 0, Chaos: TimeSpan.FromSeconds(30), Embedded: true, InFlight: 8), output.WriteLine).RunAsync();
        output.WriteLine(report.Summary);
        report.Problems.ShouldBeEmpty($"{report.Summary}; logs in {report.Folder}");
    }
}

using Orchestrator.Storage;

namespace Orchestrator.Tests.Storage;

public sealed class PartitionsTests
{
    [Theory]
    [InlineData("", 16, 1)]
    [InlineData("r1", 16, 11)]
    [InlineData("run-ü", 16, 15)]
    public void Of_KnownIds_NeverChanges(string runId, int count, int expected) => Partitions.Of(runId, count).ShouldBe(expected);

    [Fact]
    public void Of_ManyIds_SpreadsEvenly()
    {
        var counts = new int[16];
        for (var i = 0; i < 16_000; i++)
        {
            counts[Partitions.Of("run-" + i, 16)]++;
        }

        counts.ShouldAllBe(c => c > 800 && c < 1200);
    }

    [Fact]
    public void Of_NoPartitions_IsRefused() => Should.Throw<ArgumentOutOfRangeException>(() => Partitions.Of("r", 0));
}

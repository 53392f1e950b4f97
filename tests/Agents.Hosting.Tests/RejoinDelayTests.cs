using Agents.Hosting.Joining;

namespace Agents.Hosting.Tests;

public sealed class RejoinDelayTests
{
    [Fact]
    public void Next_AgainAndAgain_DoublesUpToFiveSecondsWithJitter()
    {
        var delay = new RejoinDelay();

        var delays = Enumerable.Range(0, 40).Select(_ => delay.Next().TotalSeconds).ToList();

        delays[0].ShouldBeInRange(0.05, 0.1);
        delays[3].ShouldBeInRange(0.4, 0.8);
        delays.Skip(10).ShouldAllBe(seconds => seconds >= 2.5 && seconds <= 5);
        delays.Skip(10).Distinct().Count().ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Reset_AfterJoining_BeginsAgain()
    {
        var delay = new RejoinDelay();
        for (var count = 0; count < 10; count++)
            delay.Next();

        delay.Reset();

        delay.Next().TotalSeconds.ShouldBeLessThanOrEqualTo(0.1);
    }
}

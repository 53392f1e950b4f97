namespace Agents.Testing.Tests;

public sealed class VirtualClockTests
{
    [Fact]
    public void Advance_PastTimers_FiresThemInOrderAtTheirTimes()
    {
        var clock = new VirtualClock();
        var start = clock.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow() - start)), null, TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);
        using var early = clock.CreateTimer(_ => fired.Add(("early", clock.GetUtcNow() - start)), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromHours(3));

        fired.ShouldBe([("early", TimeSpan.FromHours(1)), ("late", TimeSpan.FromHours(2))]);
        clock.GetUtcNow().ShouldBe(start.AddHours(3));
        clock.Timers.ShouldBe(0);
    }

    [Fact]
    public void Advance_ManyPeriods_FiresOnceAndThenOnceAPeriod()
    {
        var clock = new VirtualClock();
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        clock.Advance(TimeSpan.FromDays(3));
        fired.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));

        fired.ShouldBe(3);
    }

    [Fact]
    public async Task Delay_UntilItsTime_IsOver()
    {
        var clock = new VirtualClock();
        var waiting = Task.Delay(TimeSpan.FromDays(1), clock);

        clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromTicks(1));

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }
}

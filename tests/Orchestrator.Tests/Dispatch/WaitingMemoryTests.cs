using Orchestrator.Dispatch;

namespace Orchestrator.Tests.Dispatch;

/// <summary>What a task that waits costs. Alone, because it measures the process.</summary>
[Collection(nameof(Alone))]
public class WaitingMemoryTests
{
    [Theory]
    [InlineData(200, 100, 400)]
    [InlineData(20_000, 1, 460)] // each with a run of its own, whose id alone is 88 bytes
    public void Offer_TwentyThousandTasks_TakeFewBytesEach(int runs, int tasks, int bytes)
    {
        using var desk = new Desk();
        Fill(desk, 1, 1); // what is needed once
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Fill(desk, runs, tasks);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(runs * tasks);
        desk.Dispatcher.Waiting.ShouldBe((runs * tasks) + 1);
        each.ShouldBeLessThan(bytes);
        GC.KeepAlive(desk);
    }

    [Fact]
    public void Release_ManyWait_CostsNoMoreThanWithFew()
    {
        using var few = new Desk();
        using var many = new Desk();
        Fill(few, 10, 100);
        Fill(many, 1000, 100);

        var least = Enumerable.Range(0, 3).Select(_ => (Few: Time(few), Many: Time(many))).ToList();

        // Generous: a cost that grows with the number would be a hundred times as high.
        least.Min(time => time.Many).ShouldBeLessThan(least.Min(time => time.Few) * 10);
    }

    private static TimeSpan Time(Desk desk)
    {
        var worker = desk.Registry.Find("one") ?? desk.Join("one");
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            desk.Dispatcher.Release(worker, "t");
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    private static void Fill(Desk desk, int runs, int tasks)
    {
        for (var run = 0; run < runs; run++)
        {
            var id = Guid.NewGuid().ToString("N");
            for (var task = 0; task < tasks; task++)
            {
                desk.Dispatcher.Offer(new QueuedTask(id, $"each/{task}", "worker", "work", 5) { Tenant = "t" });
            }
        }
    }
}

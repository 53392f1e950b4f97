using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

public class ManyWaitsTests
{
    [Fact]
    public async Task Waits_MoreEndAtOnceThanOneTickTakes_AllEnd()
    {
        await using var system = await TestSystem.StartAsync();
        var items = List([.. Enumerable.Range(0, Timers.MaxPerTick + 500).Select(i => $"{i}")]);
        var wait = Pause("each", new Wait { Duration = "0.5" }).With(task => task.Foreach = "${inputs.items}");

        var run = await system.SubmitAsync(Of(wait), inputs: Output(("items", items)));

        var events = await system.WatchAsync(run);
        events[^1].RunCompleted.ShouldNotBeNull();
        events.Count(e => e.WaitEnded != null).ShouldBe(Timers.MaxPerTick + 500);
    }
}

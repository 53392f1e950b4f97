namespace Orchestrator.Tests.Schedules;

/// <summary>What the schedules of the tests start: one task for a worker.</summary>
internal static class TickPlaybook
{
    public const string Text = """
        name: tick
        title: Tick
        description: Ticks.
        match:
          keywords: [tick]
        tasks:
          tick:
            role: worker
            task: work
            description: Tick.
        """;
}

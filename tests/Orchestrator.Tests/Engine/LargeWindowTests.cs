using Agents.Hosting;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>An output that is stored as an artifact is told in windows by its own sentences.</summary>
public class LargeWindowTests
{
    public sealed record Nothing;

    public sealed record Words(string Text);

    [Fact]
    public async Task Window_OfALargeOutput_HasASummaryAndTheHistorySaysHowMuchWasLeftOut()
    {
        TaskWindow? told = null;
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Words>("work", (_, context, _) =>
        {
            told ??= context.Assignment.Window;
            var text = string.Concat(Enumerable.Range(1, 2000).Select(n => $"Line {n} is about the weather.\n")) + "The library is chosen because it is maintained.";
            return System.Threading.Tasks.Task.FromResult(new Words(context.TaskId == "research" ? text : "done"));
        }));
        var research = Task("research").With(task => task.Description = "Which library is maintained and why is it chosen");
        var write = Task("write", "research").With(task => (task.Description, task.Window) = ("Write why the library is chosen", new ContextWindow { Tokens = 1000 }));

        var events = await system.WatchAsync(await system.SubmitAsync(Of(research, write)));

        events.First(e => e.TaskOutput?.TaskId == "research").TaskOutput.OutputRef.ShouldNotBeNull();
        var part = told.ShouldNotBeNull().Parts.ShouldHaveSingleItem();
        (part.Source, part.Summarised).ShouldBe(("research", true));
        part.Text.ShouldContain("The library is chosen because it is maintained.");
        part.Tokens.ShouldBeLessThan(1000);
        part.Whole.ShouldBeGreaterThan(10_000);
        events.Single(e => e.TaskWindowed is not null).TaskWindowed.Window.Parts.Single().Whole.ShouldBe(part.Whole);
    }
}

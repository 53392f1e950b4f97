using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

public class RunTests
{
    public sealed record WordsIn(string? Text = null, IReadOnlyList<string>? Parts = null);

    public sealed record WordsOut(string Text, IReadOnlyList<string> Items);

    private static void Worker(AgentBuilder agent) => agent.Limit(maxParallel: 4).OnTask<WordsIn, WordsOut>(
        "work", (input, _, _) => System.Threading.Tasks.Task.FromResult(new WordsOut(input.Text ?? string.Join('+', input.Parts ?? []), [.. (input.Text ?? "").Split(' ')])));

    [Fact]
    public async Task Run_FanOutFanIn_CompletesWithTheJoinedResult()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Worker);
        var plan = Of(
            Task("split").With(task => task.Input = Output(("text", Value.ForString("a b c")))),
            Task("each", "split").With(task => { task.Foreach = "${split.items}"; task.Input = Output(("text", Value.ForString("<${item}>"))); }),
            Task("join", "each").With(task => task.Input = Output(("parts", Value.ForString("${each.text}")))));
        plan.Result = Output(("text", Value.ForString("${join.text}")));

        var runId = await system.SubmitAsync(plan);
        var events = await system.WatchAsync(runId);

        events.Select(e => e.Version).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n));
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events[^1].RunCompleted.Output.Fields["text"].StringValue.ShouldBe("<a>+<b>+<c>");
        var run = await system.RunAsync(runId);
        run.Summary.Status.ShouldBe(State.Completed);
        run.Tasks.ShouldAllBe(task => task.Status == State.Completed);
    }

    [Fact]
    public async Task Run_OutputBreaksItsSchema_IsRetriedWithTheViolationsFedBack()
    {
        var told = new List<string>();
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<WordsIn, Limited>("work", (_, context, _) =>
        {
            told.AddRange(context.Violations);
            return System.Threading.Tasks.Task.FromResult(new Limited(context.Violations.Count == 0 ? 500 : 50));
        }));

        var events = await system.WatchAsync(await system.SubmitAsync(Of(Task("a"))));

        events.Count(e => e.AttemptFailed?.Failure.Code == "INVALID_OUTPUT").ShouldBe(1);
        events[^1].RunCompleted.ShouldNotBeNull();
        told.ShouldHaveSingleItem().ShouldContain("percent");
    }

    public sealed record Limited([property: System.ComponentModel.DataAnnotations.Range(0, 100)] int Percent);
}

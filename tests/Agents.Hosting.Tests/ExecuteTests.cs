using Agents.Hosting.Tests.Fakes;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class ExecuteTests
{
    [Fact]
    public async Task Execute_SynchronousWork_GivesAcceptedAndResult()
    {
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<SayInput, SayOutput>("say", (input, _, _) => Task.FromResult(new SayOutput(input.Text, input.Times))));

        var events = await agent.RunAsync(RunningAgent.Assignment(input: new { text = "hello", times = 3 }));

        events.Select(one => one.EventCase).ShouldBe([TaskEvent.EventOneofCase.Accepted, TaskEvent.EventOneofCase.Result]);
        events.Select(one => one.Seq).ShouldBe([1, 2]);
        AgentJson.FromStruct<SayOutput>(events[1].Result.Output).ShouldBe(new SayOutput("hello", 3));
        events[1].Result.Output.Fields.Keys.ShouldBe(["said_text", "times"]);
    }

    [Fact]
    public async Task Execute_WorkThatWaits_StreamsProgressWhileItRuns()
    {
        var go = new TaskCompletionSource();
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<SayInput, SayOutput>("say", async (input, context, cancellationToken) =>
        {
            await context.ReportProgressAsync(0.5, "half");
            await go.Task.WaitAsync(cancellationToken);
            return new SayOutput(input.Text, 1);
        }));
        using var call = agent.Execute(RunningAgent.Assignment(input: new { text = "x" }));

        var progress = await TaskEvents.NextAsync(call.ResponseStream, one => one.EventCase == TaskEvent.EventOneofCase.Progress);
        progress.Progress.ShouldBe(new TaskProgress { Fraction = 0.5, Message = "half" });
        go.SetResult();

        (await TaskEvents.AllAsync(call.ResponseStream)).Single().EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    [Fact]
    public async Task Execute_WorkThatKeepsTheThread_StreamsProgressWhileItRuns()
    {
        using var go = new SemaphoreSlim(0);
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<SayInput, SayOutput>("say", (input, context, cancellationToken) =>
        {
            if (input.Times > 0)
            {
                _ = context.ReportProgressAsync(0.5, "half");
                go.Wait(cancellationToken);
            }

            return Task.FromResult(new SayOutput(input.Text, 1));
        }));

        // Work that has been quick runs on the thread of the call; once it has kept that thread, on its own.
        for (var attempt = 1; attempt <= 3; attempt++)
            await agent.RunAsync(RunningAgent.Assignment(input: new { text = "x", times = 0 }, attempt: attempt));

        for (var attempt = 4; attempt <= 5; attempt++)
        {
            using var call = agent.Execute(RunningAgent.Assignment(input: new { text = "x", times = 1 }, attempt: attempt));
            await TaskEvents.NextAsync(call.ResponseStream, one => one.EventCase == TaskEvent.EventOneofCase.Progress);
            go.Release();
            (await TaskEvents.AllAsync(call.ResponseStream)).Single().EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
        }
    }

    internal sealed record SayInput(string Text, int Times = 1);

    internal sealed record SayOutput(string SaidText, int Times);
}

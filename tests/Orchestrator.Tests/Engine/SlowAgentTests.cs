using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

public class SlowAgentTests
{
    [Fact]
    public async Task PerAgentTimeouts_OneSlowAgent_BlocksNothingElse()
    {
        var called = 0;
        using var stopped = new ManualResetEventSlim();
        await using var system = await TestSystem.StartAsync();
        // It answers nobody until it is told that its time is up.
        await system.AddAgentAsync("slow", agent => agent.OnTask<Nothing, Answer>("work", async (_, _, cancellation) =>
        {
            Interlocked.Increment(ref called);
            try
            {
                await System.Threading.Tasks.Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                stopped.Set();
            }

            return new Answer("never");
        }));
        await system.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 4).OnTask<Nothing, Answer>("work", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Answer("done"))));
        PlannedTask Stuck(int seconds) => Task("stuck").With(task => (task.Role, task.TimeLimit, task.Optional, task.Retry) = ("slow", seconds, true, new RetryPolicy { MaxAttempts = 1 }));

        // While it sleeps, what does not need it goes on: in its own run, and in others.
        var first = await system.SubmitAsync(Of(Stuck(seconds: 600), Task("free"), Task("after", "free")));
        await TestSystem.Until(() => Volatile.Read(ref called) == 1, "the slow agent works");
        await system.UntilAsync(first, e => e.TaskOutput?.TaskId == "after");
        for (var i = 0; i < 5; i++)
        {
            (await system.WatchAsync(await system.SubmitAsync(Of(Task("a"), Task("b", "a")))))[^1].RunCompleted.ShouldNotBeNull();
        }

        (await system.RunAsync(first)).Tasks.Single(task => task.Id == "stuck").Status.ShouldBe(State.InProgress);
        await system.Engine.CancelAsync(new CancelRunRequest { RunId = first }, TestSystem.Me, CancellationToken.None);
        stopped.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue("the agent was told to stop");

        // Its own time is a limit, and the run does without it.
        var events = await system.WatchAsync(await system.SubmitAsync(Of(Stuck(seconds: 1), Task("free"))));
        var failed = events.Single(e => e.AttemptFailed is not null).AttemptFailed;
        failed.TaskId.ShouldBe("stuck");
        failed.Failure.Code.ShouldBe("TIMEOUT");
        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
    }

    public sealed record Nothing;

    public sealed record Answer(string Text);
}

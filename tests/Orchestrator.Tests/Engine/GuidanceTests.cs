using System.Threading.Channels;
using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>A person tells a running run something, and the agents of later tasks get it.</summary>
public class GuidanceTests
{
    public sealed record Nothing;

    [Fact]
    public async Task Guide_WhileATaskRuns_TheNextIsToldAndFindsTheEntry()
    {
        var goOn = new TaskCompletionSource();
        var told = Channel.CreateUnbounded<(string Task, string Said, string Entry)>();
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Nothing>("work", async (_, context, ct) =>
        {
            if (context.TaskId == "first")
            {
                await goOn.Task.WaitAsync(ct);
            }

            var entry = await context.Context.GetAsync<string>("guidance/1", ct);
            told.Writer.TryWrite((context.TaskId, string.Join('|', context.Guidance), entry ?? ""));
            return new Nothing();
        }));
        var run = await system.SubmitAsync(Of(Task("first"), Task("second", "first")));
        await system.UntilAsync(run, e => e.TaskStarted?.TaskId == "first");

        var request = new GuideRunRequest { RunId = run, RequestId = "g-1", Text = "Use tabs.\nAlways." };
        var answer = await system.Engine.GuideAsync(request, TestSystem.Me, default);
        var again = await system.Engine.GuideAsync(request, TestSystem.Me, default);
        var used = await Should.ThrowAsync<RequestRefusedException>(
            () => system.Engine.GuideAsync(new GuideRunRequest { RunId = run, RequestId = "g-1", Text = "Use spaces." }, TestSystem.Me, default));
        goOn.SetResult();

        answer.ShouldBe(new GuideRunResponse { Status = State.InProgress, Key = "guidance/1" });
        again.ShouldBe(answer);
        (used.GrpcCode, used.Field).ShouldBe((StatusCode.AlreadyExists, "request_id"));
        (await told.Reader.ReadAsync()).ShouldBe(("first", "", "Use tabs.\nAlways."));
        (await told.Reader.ReadAsync()).ShouldBe(("second", "Use tabs.\nAlways.", "Use tabs.\nAlways."));
        var events = await system.WatchAsync(run);
        var given = events.Single(e => e.GuidanceGiven is not null);
        (given.GuidanceGiven.Number, given.GuidanceGiven.By, given.RequestId).ShouldBe((1, TestSystem.Me, "g-1"));
        (await system.RunAsync(run)).Guidance.ShouldHaveSingleItem().Text.ShouldBe("Use tabs.\nAlways.");
        var late = await Should.ThrowAsync<RequestRefusedException>(
            () => system.Engine.GuideAsync(new GuideRunRequest { RunId = run, Text = "Too late." }, TestSystem.Me, default));
        (late.GrpcCode, late.Code).ShouldBe((StatusCode.FailedPrecondition, "RUN_ENDED"));
    }
}

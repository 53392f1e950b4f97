using Agents.Hosting.Tests.Fakes;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class ProgressTests
{
    [Fact]
    public async Task ReportProgress_TenThousandSteps_SendsWhatCanBeNoticed()
    {
        var test = new TestTaskContext();

        for (var step = 0; step <= 10_000; step++)
            await test.Context.ReportProgressAsync(step / 10_000.0, $"{step} of 10000");

        var progress = Progress(test);
        progress.Count.ShouldBeInRange(20, 200);
        progress[0].Fraction.ShouldBe(0);
        progress.Select(one => one.Fraction).ShouldBeInOrder();
    }

    [Fact]
    public async Task ReportProgress_GoingBack_StaysWhereItWas()
    {
        var test = new TestTaskContext();

        await test.Context.ReportProgressAsync(0.5, "a");
        await test.Context.ReportProgressAsync(0.9, "b");
        await test.Context.ReportProgressAsync(0.2, "c");
        await test.Context.ReportProgressAsync(7, "d");

        Progress(test).Select(one => one.Fraction).ShouldBe([0.5, 0.9, 1]);
    }

    [Fact]
    public async Task ReportProgress_UnknownFraction_IsNegative()
    {
        var test = new TestTaskContext();

        await test.Context.ReportProgressAsync(double.NaN, "looking");

        Progress(test).ShouldHaveSingleItem().ShouldBe(new TaskProgress { Fraction = -1, Message = "looking" });
    }

    [Fact]
    public async Task ReportProgress_HeldBack_IsSentALittleLater()
    {
        var done = new TaskCompletionSource();
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<GatedAgent.Input, GatedAgent.Output>("say", async (_, context, cancellationToken) =>
        {
            await context.ReportProgressAsync(0.50, "first");
            await context.ReportProgressAsync(0.51, "second");
            await context.ReportProgressAsync(0.52, "third");
            await done.Task.WaitAsync(cancellationToken);
            return new GatedAgent.Output("");
        }));
        using var call = agent.Execute(RunningAgent.Assignment());

        var messages = new List<string>();
        await TaskEvents.NextAsync(call.ResponseStream, one =>
        {
            if (one.Progress is { } progress)
                messages.Add(progress.Message);
            return one.Progress?.Message == "third";
        });
        done.SetResult();

        messages.ShouldBe(["first", "third"]);
    }

    [Fact]
    public async Task WriteOutput_MoreThanAnybodyReads_IsCut()
    {
        var test = new TestTaskContext();

        for (var piece = 0; piece < 100; piece++)
            await test.Context.WriteOutputAsync(new string('x', 100_000));

        var chunks = test.Events.Where(one => one.EventCase == TaskEvent.EventOneofCase.OutputChunk).ToList();
        chunks.Sum(one => one.OutputChunk.Text.Length).ShouldBeLessThan(4_300_000);
        chunks[^1].OutputChunk.Text.ShouldContain("more output is not shown");
    }

    private static List<TaskProgress> Progress(TestTaskContext test) => [.. test.Events.Where(one => one.Progress is not null).Select(one => one.Progress)];
}

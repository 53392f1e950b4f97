using Agents.Hosting.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task Execute_TaskFailedException_TravelsAsData()
    {
        await using var agent = await Agent(_ => throw new TaskFailedException("NO_PAPER", "tray 2 is empty", retryable: true, new { TrayNumber = 2 }));

        var failure = (await agent.RunAsync(RunningAgent.Assignment()))[^1].Failure;

        failure.Code.ShouldBe("NO_PAPER");
        failure.Message.ShouldBe("tray 2 is empty");
        failure.Retryable.ShouldBeTrue();
        failure.FailureClass.ShouldBe(FailureClass.Transient);
        failure.Details.Fields["tray_number"].NumberValue.ShouldBe(2);
    }

    [Fact]
    public async Task Execute_UnexpectedException_IsInternalWithTheStackInTheLogOnly()
    {
        await using var agent = await Agent(_ => throw new InvalidCastException("cannot cast"));

        var failure = (await agent.RunAsync(RunningAgent.Assignment()))[^1].Failure;

        failure.Code.ShouldBe("INTERNAL");
        failure.Message.ShouldBe("InvalidCastException: cannot cast");
        failure.ToString().ShouldNotContain(nameof(FailureTests));
        var logged = agent.Log.Lines.Where(line => line.Level == LogLevel.Error).ShouldHaveSingleItem();
        logged.Text.ShouldContain($"at {typeof(FailureTests).FullName}");
    }

    [Fact]
    public async Task Execute_UnknownTaskType_NamesTheKnownOnes()
    {
        await using var agent = await Agent(_ => new Nothing());

        var events = await agent.RunAsync(RunningAgent.Assignment("shout"));

        events[0].EventCase.ShouldBe(TaskEvent.EventOneofCase.Accepted);
        events[^1].Failure.Code.ShouldBe("UNKNOWN_TASK_TYPE");
        events[^1].Failure.Message.ShouldBe("task_type \"shout\" is not known to echo; known are say.");
    }

    [Fact]
    public async Task Execute_NoTaskType_MeansTheOnlyOne()
    {
        await using var agent = await Agent(_ => new Nothing());

        (await agent.RunAsync(RunningAgent.Assignment("")))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    [Fact]
    public async Task Execute_OutputTooLarge_SaysHowLargeItMayBe()
    {
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<Nothing, Text>("say", (_, _, _) => Task.FromResult(new Text(new string('x', 20_000_000)))));

        var failure = (await agent.RunAsync(RunningAgent.Assignment()))[^1].Failure;

        failure.Code.ShouldBe("INVALID_OUTPUT");
        failure.FailureClass.ShouldBe(FailureClass.InvalidOutput);
        failure.Message.ShouldContain("at most 16711680 fit in a message");
    }

    [Fact]
    public async Task Execute_OutputTooDeep_SaysSo()
    {
        await using var agent = await RunningAgent.StartAsync(echo => echo.OnTask<Nothing, Nested>("say", (_, _, _) =>
            Task.FromResult(Enumerable.Range(0, 40).Aggregate(new Nested(0, null), (inner, level) => new Nested(level, inner)))));

        var failure = (await agent.RunAsync(RunningAgent.Assignment()))[^1].Failure;

        failure.Code.ShouldBe("INVALID_OUTPUT");
        failure.Message.ShouldContain("depth of 30");
    }

    private static Task<RunningAgent> Agent(Func<Nothing, Nothing> work) =>
        RunningAgent.StartAsync(echo => echo.OnTask<Nothing, Nothing>("say", (input, _, _) => Task.FromResult(work(input))));

    internal sealed record Nothing;

    internal sealed record Text(string Value);

    internal sealed record Nested(int Level, Nested? Inner);
}

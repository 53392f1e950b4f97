using Agents.Hosting.Tests.Fakes;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>Cancel and deadlines.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Cancel_RunningAttempt_EndsItAsCancelled()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo));
        using var call = agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => gate.Started == 1, "it runs");

        var answer = await agent.Client.CancelAsync(new CancelRequest { Credential = RunningAgent.Assignment().Credential, Reason = "no longer wanted" });

        answer.WasRunning.ShouldBeTrue();
        var failure = (await TaskEvents.AllAsync(call.ResponseStream))[^1].Failure;
        failure.Code.ShouldBe("CANCELLED");
        failure.Message.ShouldBe("no longer wanted");
        failure.Retryable.ShouldBeFalse();
        gate.Cancelled.ShouldBe(1);
        (await agent.Client.CancelAsync(new CancelRequest { Credential = RunningAgent.Assignment().Credential })).WasRunning.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_UnknownAttempt_IsNoError()
    {
        await using var agent = await RunningAgent.StartAsync(echo => new GatedAgent().Configure(echo));

        (await agent.Client.CancelAsync(new CancelRequest { Credential = RunningAgent.Assignment().Credential })).WasRunning.ShouldBeFalse();
    }

    [Fact]
    public async Task Execute_PastItsTimeLimit_EndsAsTimeout()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo));
        var assignment = RunningAgent.Assignment();
        assignment.Constraints = new Constraints { TimeLimit = 1 };

        await EndsAsTimeoutAsync(agent, assignment);
        gate.Cancelled.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_PastItsDeadline_EndsAsTimeout()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo));
        var assignment = RunningAgent.Assignment();
        assignment.Deadline = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddMilliseconds(300));

        await EndsAsTimeoutAsync(agent, assignment);
    }

    [Fact]
    public async Task Execute_PastTheAgentsOwnLimit_EndsAsTimeout()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo, timeLimit: 1));

        await EndsAsTimeoutAsync(agent, RunningAgent.Assignment());
    }

    [Fact]
    public async Task Execute_CodeThatDoesNotEnd_IsReportedAndKeepsItsPlace()
    {
        var gate = new GatedAgent { Stubborn = true };
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo, maxParallel: 1, timeLimit: 1));

        await EndsAsTimeoutAsync(agent, RunningAgent.Assignment());

        using var other = agent.Execute(RunningAgent.Assignment(task: "t2"));
        (await Refused.ByAsync(other)).StatusCode.ShouldBe(Grpc.Core.StatusCode.ResourceExhausted);
        agent.Log.Lines.ShouldContain(line => line.Text.Contains("its code goes on"));
        gate.OpenAll();
        await HasRoomAsync(agent);
    }

    [Fact]
    public async Task Execute_CodeThatKeepsItsThread_IsReportedToo()
    {
        using var go = new ManualResetEventSlim();
        await using var agent = await RunningAgent.StartAsync(echo => echo.Limit(1, timeLimit: 1).OnTask<GatedAgent.Input, GatedAgent.Output>("say", (_, _, _) =>
        {
            go.Wait(CancellationToken.None);
            return Task.FromResult(new GatedAgent.Output(""));
        }));

        await EndsAsTimeoutAsync(agent, RunningAgent.Assignment());
        go.Set();
        await HasRoomAsync(agent);
    }

    private static async Task EndsAsTimeoutAsync(RunningAgent agent, TaskAssignment assignment)
    {
        var failure = (await agent.RunAsync(assignment))[^1].Failure;
        failure.Code.ShouldBe("TIMEOUT");
        failure.Message.ShouldStartWith("The attempt did not finish by its deadline, 20");
        failure.Retryable.ShouldBeTrue();
    }

    private static async Task HasRoomAsync(RunningAgent agent)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var call = agent.Execute(RunningAgent.Assignment(task: "t3", attempt: attempt));
            try
            {
                (await TaskEvents.AllAsync(call.ResponseStream))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
                return;
            }
            catch (Grpc.Core.RpcException exception) when (exception.StatusCode == Grpc.Core.StatusCode.ResourceExhausted && attempt < 200)
            {
                await Task.Delay(20);
            }
        }
    }
}

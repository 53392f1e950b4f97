using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_RunningAttempt_FinishesWhileNewOnesAreRefused()
    {
        var gate = new GatedAgent();
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo), orchestrator);
        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Any(message => message.Heartbeat is not null), "joined");
        using var call = agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => gate.Started == 1, "it runs");

        var stopping = agent.StopAsync();
        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Any(message => message.Leaving is not null), "it says that it leaves");

        using var late = agent.Execute(RunningAgent.Assignment(task: "t2"));
        var refusal = await Refused.ByAsync(late);
        (refusal.StatusCode, refusal.Status.Detail).ShouldBe((StatusCode.ResourceExhausted, "This instance is stopping and takes no new attempts."));
        using var attached = agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment().Credential });
        (await TaskEvents.NextAsync(attached.ResponseStream, _ => true)).Seq.ShouldBe(1);
        await Eventually.IsTrueAsync(() => orchestrator.State.Messages.Last().Heartbeat is { Running: 1 }, "it goes on to say how it is");
        stopping.IsCompleted.ShouldBeFalse();

        gate.OpenAll();
        (await TaskEvents.AllAsync(call.ResponseStream))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
        (await TaskEvents.AllAsync(attached.ResponseStream))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
        await agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1 } } });
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        gate.Cancelled.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_AttemptThatTakesTooLong_IsCancelledForAnotherInstance()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo), null, "--Agents:DrainSeconds=1");
        using var call = agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => gate.Started == 1, "it runs");

        var stopping = agent.StopAsync();

        var failure = (await TaskEvents.AllAsync(call.ResponseStream))[^1].Failure;
        (failure.Code, failure.Retryable, failure.FailureClass).ShouldBe(("INSTANCE_STOPPING", true, FailureClass.Transient));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        gate.Cancelled.ShouldBe(1);
    }
}

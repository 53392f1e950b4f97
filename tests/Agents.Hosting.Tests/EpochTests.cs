using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>
/// A replica that was paused past its lease wakes up and goes on as if the run were still its own, while another owns it
/// under a newer epoch. Nothing that it sends may touch the run's attempts.
/// </summary>
public sealed class EpochTests : IAsyncLifetime
{
    private const long Old = 3;
    private const long New = 4;
    private readonly GatedAgent _gate = new();
    private RunningAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await RunningAgent.StartAsync(echo => _gate.Configure(echo));

    public async Task DisposeAsync()
    {
        _gate.OpenAll();
        await _agent.DisposeAsync();
    }

    [Fact]
    public async Task Execute_OlderEpochOfTheRun_IsRefused()
    {
        using var current = _agent.Execute(RunningAgent.Assignment(task: "t1", epoch: New));
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");

        using var stale = _agent.Execute(RunningAgent.Assignment(task: "t2", epoch: Old));

        var refusal = await Refused.ByAsync(stale);
        refusal.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        refusal.Status.Detail.ShouldContain("Epoch 3 of run run-1 is over");
        _gate.Started.ShouldBe(1);
    }

    [Fact]
    public async Task Work_OlderEpochOfTheRun_IsRefused()
    {
        using var current = _agent.Execute(RunningAgent.Assignment(task: "t1", epoch: New));
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");
        using var work = _agent.Client.Work();

        await work.RequestStream.WriteAsync(new WorkRequest { Items = { new WorkItem { Call = 1, Assignment = RunningAgent.Assignment(task: "t2", epoch: Old) } } });
        await work.ResponseStream.MoveNext(default);

        ((StatusCode)work.ResponseStream.Current.Events[0].Refused.Status).ShouldBe(StatusCode.FailedPrecondition);
        _gate.Started.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_NewOwnerAskedForAnAttemptThatIsNotHere_TheOldOwnersIsRefused()
    {
        // Recorded by the old owner, not sent before it was paused; the new owner finds the record and attaches.
        var recorded = RunningAgent.Assignment(epoch: Old);
        using var attach = _agent.Client.Attach(new AttachRequest { Credential = recorded.Credential, Epoch = New });
        (await Refused.ByAsync(attach)).StatusCode.ShouldBe(StatusCode.NotFound);

        using var stale = _agent.Execute(recorded);

        (await Refused.ByAsync(stale)).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        _gate.Started.ShouldBe(0);
    }

    [Fact]
    public async Task CancelAndAttach_ByTheOldOwnerAfterTheNewOneAttached_AreRefusedAndTheAttemptGoesOn()
    {
        var recorded = RunningAgent.Assignment(epoch: Old);
        using var call = _agent.Execute(recorded);
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");
        using var follow = _agent.Client.Attach(new AttachRequest { Credential = recorded.Credential, Epoch = New });
        await TaskEvents.NextAsync(follow.ResponseStream, one => one.Seq == 1);

        var cancel = await Should.ThrowAsync<RpcException>(() => _agent.Client.CancelAsync(
            new CancelRequest { Credential = recorded.Credential, Reason = "the old owner's wish", Epoch = Old }).ResponseAsync);
        using var attach = _agent.Client.Attach(new AttachRequest { Credential = recorded.Credential, Epoch = Old });

        cancel.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        (await Refused.ByAsync(attach)).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        _gate.OpenAll();
        (await TaskEvents.AllAsync(follow.ResponseStream))[^1].Result.ShouldNotBeNull();
        _gate.Cancelled.ShouldBe(0);
    }

    [Fact]
    public async Task Cancel_ByTheNewOwner_StopsTheOldOwnersAttempt()
    {
        var recorded = RunningAgent.Assignment(epoch: Old);
        using var call = _agent.Execute(recorded);
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");

        (await _agent.Client.CancelAsync(new CancelRequest { Credential = recorded.Credential, Epoch = New })).WasRunning.ShouldBeTrue();

        (await TaskEvents.AllAsync(call.ResponseStream))[^1].Failure.Code.ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Acknowledge_ByTheOldOwnerAfterTheNewOneAttached_ResultIsKept()
    {
        _gate.OpenAll();
        var recorded = RunningAgent.Assignment(epoch: Old);
        await _agent.RunAsync(recorded);
        await AttachAsync(recorded, New);

        await AcknowledgeAsync(Old);
        (await AttachAsync(recorded, New))[^1].Result.ShouldNotBeNull();

        await AcknowledgeAsync(New);
        using var forgotten = _agent.Client.Attach(new AttachRequest { Credential = recorded.Credential, Epoch = New });
        (await Refused.ByAsync(forgotten)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    private async Task AcknowledgeAsync(long epoch) =>
        await _agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1, Epoch = epoch } } });

    private async Task<IReadOnlyList<TaskEvent>> AttachAsync(TaskAssignment recorded, long epoch)
    {
        using var call = _agent.Client.Attach(new AttachRequest { Credential = recorded.Credential, Epoch = epoch });
        return await TaskEvents.AllAsync(call.ResponseStream);
    }
}

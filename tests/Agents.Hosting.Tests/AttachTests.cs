using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class AttachTests : IAsyncLifetime
{
    private readonly GatedAgent _gate = new();
    private RunningAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await RunningAgent.StartAsync(echo => _gate.Configure(echo));

    public async Task DisposeAsync()
    {
        _gate.OpenAll();
        await _agent.DisposeAsync();
    }

    [Fact]
    public async Task Attach_AfterABrokenStream_ReplaysWhatWasNotSeenThenFollows()
    {
        using (var call = _agent.Execute(RunningAgent.Assignment()))
            await TaskEvents.NextAsync(call.ResponseStream, one => one.Seq == 2);

        // The call is cancelled now; the work is not.
        using var attached = Attach(afterSeq: 1);
        (await TaskEvents.NextAsync(attached.ResponseStream, _ => true)).Seq.ShouldBe(2);
        _gate.OpenAll();

        var rest = await TaskEvents.AllAsync(attached.ResponseStream);
        rest.Select(one => one.Seq).ShouldBe([3, 4]);
        rest[^1].Result.Output.Fields["text"].StringValue.ShouldBe("nothing");
        _gate.Started.ShouldBe(1);
        _gate.Cancelled.ShouldBe(0);
    }

    [Fact]
    public async Task Attach_FinishedAttempt_ReplaysIt()
    {
        _gate.OpenAll();
        var events = await _agent.RunAsync(RunningAgent.Assignment());

        using var attached = Attach(afterSeq: 0);

        (await TaskEvents.AllAsync(attached.ResponseStream)).ShouldBe(events);
    }

    [Fact]
    public async Task Attach_Twice_BothFollow()
    {
        using var call = _agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");
        using var one = Attach(0);
        using var two = Attach(0);
        await TaskEvents.NextAsync(one.ResponseStream, taskEvent => taskEvent.Seq == 2);
        await TaskEvents.NextAsync(two.ResponseStream, taskEvent => taskEvent.Seq == 2);
        _gate.OpenAll();

        (await TaskEvents.AllAsync(one.ResponseStream)).ShouldBe(await TaskEvents.AllAsync(two.ResponseStream));
        (await TaskEvents.AllAsync(call.ResponseStream)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Attach_UnknownAttempt_LeavesATombstone()
    {
        using var attached = Attach(afterSeq: 0);
        (await Refused.ByAsync(attached)).StatusCode.ShouldBe(StatusCode.NotFound);

        using var late = _agent.Execute(RunningAgent.Assignment());
        (await Refused.ByAsync(late)).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        _gate.Started.ShouldBe(0);

        _gate.OpenAll();
        (await _agent.RunAsync(RunningAgent.Assignment(attempt: 2)))[^1].EventCase.ShouldBe(TaskEvent.EventOneofCase.Result);
    }

    [Fact]
    public async Task Attach_AcknowledgedAttempt_IsUnknown()
    {
        _gate.OpenAll();
        await _agent.RunAsync(RunningAgent.Assignment());
        await _agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1 } } });

        using var attached = Attach(afterSeq: 0);

        (await Refused.ByAsync(attached)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Attach_BeyondTheLastEvent_IsRefused()
    {
        _gate.OpenAll();
        await _agent.RunAsync(RunningAgent.Assignment());

        using var attached = Attach(afterSeq: 9);

        var refusal = await Refused.ByAsync(attached);
        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldBe("after_seq is 9; the attempt has events 1 to 4.");
    }

    [Fact]
    public async Task Acknowledge_RunningAttempt_ChangesNothing()
    {
        using var call = _agent.Execute(RunningAgent.Assignment());
        await Eventually.IsTrueAsync(() => _gate.Started == 1, "it runs");

        await _agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1 }, new AttemptKey { RunId = "never" } } });
        _gate.OpenAll();

        (await TaskEvents.AllAsync(call.ResponseStream)).Count.ShouldBe(4);
        using var attached = Attach(afterSeq: 3);
        (await TaskEvents.AllAsync(attached.ResponseStream)).Count.ShouldBe(1);
    }

    private AsyncServerStreamingCall<TaskEvent> Attach(long afterSeq) =>
        _agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment().Credential, AfterSeq = afterSeq });
}

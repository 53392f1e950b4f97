using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>Many attempts on one stream.</summary>
public sealed class WorkStreamTests
{
    [Fact]
    public async Task Work_ManyAttemptsInOneMessage_EachEndsWithItsOwnResult()
    {
        await using var agent = await Echo();
        using var work = agent.Client.Work();
        var request = new WorkRequest();
        for (var i = 1; i <= 200; i++)
            request.Items.Add(new WorkItem { Call = i, Assignment = RunningAgent.Assignment(input: new { text = $"text {i}" }, task: $"t{i}") });

        await work.RequestStream.WriteAsync(request);
        var events = await UntilEndedAsync(work, 200);

        for (var i = 1; i <= 200; i++)
        {
            events[i].Select(one => one.Seq).ShouldBe([1L, 2L]);
            events[i][0].EventCase.ShouldBe(TaskEvent.EventOneofCase.Accepted);
            events[i][1].Result.Output.Fields["text"].StringValue.ShouldBe($"text {i}");
        }
    }

    [Fact]
    public async Task Work_InstanceIsFull_RefusesTheItemAndGoesOnWithTheOthers()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo, maxParallel: 1));
        using var work = agent.Client.Work();

        await work.RequestStream.WriteAsync(new WorkRequest
        {
            Items =
            {
                new WorkItem { Call = 1, Assignment = RunningAgent.Assignment(task: "t1") },
                new WorkItem { Call = 2, Assignment = RunningAgent.Assignment(task: "t2") },
                new WorkItem { Call = 3 },
            },
        });

        var refused = new List<WorkEvent>();
        while (refused.Count < 2 && await work.ResponseStream.MoveNext(default))
            refused.AddRange(work.ResponseStream.Current.Events.Where(one => one.Refused is not null));
        refused.Select(one => (one.Call, (StatusCode)one.Refused.Status)).ShouldBe([(2L, StatusCode.ResourceExhausted), (3L, StatusCode.InvalidArgument)]);
        gate.OpenAll();
        (await UntilEndedAsync(work, 1))[1][^1].Result.ShouldNotBeNull();
    }

    [Fact]
    public async Task Work_StreamIsGone_AttemptGoesOnAndIsAttachedTo()
    {
        var gate = new GatedAgent();
        await using var agent = await RunningAgent.StartAsync(echo => gate.Configure(echo));
        using (var work = agent.Client.Work())
        {
            await work.RequestStream.WriteAsync(new WorkRequest { Items = { new WorkItem { Call = 1, Assignment = RunningAgent.Assignment() } } });
            await Eventually.IsTrueAsync(() => gate.Started == 1, "it runs");
        }

        using var attached = agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment().Credential, AfterSeq = 1 });
        gate.OpenAll();
        var events = await TaskEvents.AllAsync(attached.ResponseStream);

        events[0].Seq.ShouldBe(2);
        events[^1].Result.ShouldNotBeNull();
        gate.Cancelled.ShouldBe(0);
    }

    [Fact]
    public async Task Work_ResultIsAcknowledgedOnTheStream_IsForgotten()
    {
        await using var agent = await Echo();
        using var work = agent.Client.Work();
        await work.RequestStream.WriteAsync(new WorkRequest { Items = { new WorkItem { Call = 1, Assignment = RunningAgent.Assignment() } } });
        await UntilEndedAsync(work, 1);

        // What comes later in the order of the stream finds it forgotten, for the same attempt is refused as over.
        await work.RequestStream.WriteAsync(new WorkRequest { Acknowledged = { new AttemptKey { RunId = "run-1", TaskId = "t1", Attempt = 1 } } });
        await work.RequestStream.WriteAsync(new WorkRequest { Items = { new WorkItem { Call = 2, Assignment = RunningAgent.Assignment() } } });
        (await work.ResponseStream.MoveNext(default)).ShouldBeTrue();

        var refused = work.ResponseStream.Current.Events.ShouldHaveSingleItem();
        ((StatusCode)refused.Refused.Status).ShouldBe(StatusCode.FailedPrecondition);
        refused.Refused.Message.ShouldContain("cannot start");
    }

    [Fact]
    public async Task Stop_StreamIsOpen_DoesNotKeepTheProcess()
    {
        var agent = await Echo();
        using var work = agent.Client.Work();
        await work.RequestStream.WriteAsync(new WorkRequest { Items = { new WorkItem { Call = 1, Assignment = RunningAgent.Assignment() } } });
        await UntilEndedAsync(work, 1);

        await agent.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await agent.DisposeAsync();
    }

    private static Task<RunningAgent> Echo() => RunningAgent.StartAsync(
        echo => echo.Limit(1000).OnTask<GatedAgent.Input, GatedAgent.Output>("say", (input, _, _) => Task.FromResult(new GatedAgent.Output(input.Text ?? ""))), null, "--Agents:DrainSeconds=1");

    private static async Task<Dictionary<long, List<TaskEvent>>> UntilEndedAsync(AsyncDuplexStreamingCall<WorkRequest, WorkResponse> work, int count)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var events = new Dictionary<long, List<TaskEvent>>();
        while (events.Values.Count(list => list[^1].EventCase is TaskEvent.EventOneofCase.Result or TaskEvent.EventOneofCase.Failure) < count)
        {
            (await work.ResponseStream.MoveNext(late.Token)).ShouldBeTrue();
            foreach (var one in work.ResponseStream.Current.Events)
            {
                one.Event.ShouldNotBeNull(one.ToString());
                events.TryAdd(one.Call, []);
                events[one.Call].Add(one.Event);
            }
        }

        return events;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Tests.Engine;
using static Orchestrator.Tests.Runs.Plans;
using FailureCodes = Orchestrator.Runs.FailureCodes;

namespace Orchestrator.Tests.Dispatch;

/// <summary>What dispatch meets with, as metrics. Other tests of this process count too, so what is ours is in the attributes, or at least there.</summary>
public sealed class DispatchMetersTests
{
    private readonly ConcurrentBag<string> _seen = [];

    [Fact]
    public void Quarantine_InstanceIsLeftOut_IsCountedForItsRole()
    {
        using var listener = Listen("agents.instances.left_out");
        var role = $"role-{Guid.NewGuid():N}";
        using var desk = new Desk(options => options.QuarantineAfter = 2);
        var bad = desk.Join("bad", role: role);
        desk.Join("good", role: role);

        desk.Registry.Failed(bad, FailureCodes.Timeout);
        _seen.ShouldNotContain($"role={role}");
        desk.Registry.Failed(bad, FailureCodes.Timeout);
        desk.Registry.Failed(bad, FailureCodes.Timeout);

        _seen.Count(tags => tags == $"role={role}" || tags == "role=_OTHER").ShouldBe(1);
    }

    [Fact]
    public void CheckRoom_QueueIsFull_IsCountedWithTheReason()
    {
        using var listener = Listen("agents.submissions.refused");

        Should.Throw<RequestRefusedException>(() => QueueBounds.Check(new DispatchOptions { MaxWaiting = 3 }, 3, "local", 0));

        _seen.ShouldContain("reason=QUEUE_FULL");
    }

    [Fact]
    public async Task Execute_InstanceIsFull_IsCountedAsARefusal()
    {
        using var listener = Listen("agents.dispatch.refused");
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "full", capacity: 4);
        var full = 1;
        agent.OnExecute = (_, events, _) => Interlocked.Exchange(ref full, 0) == 1
            ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "full"))
            : events.WriteAsync(BareAgent.Result(1));

        var run = await system.SubmitAsync(Of(Task("a")));
        await TestSystem.Until(() => _seen.Contains($"role=worker error.type={FailureCodes.InstanceFull}"), "it is counted");
        await agent.HeartbeatAsync();
        (await system.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
    }

    private MeterListener Listen(string name)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == name)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _seen.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.Start();
        return listener;
    }
}

using Agents.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;
using FailureCodes = Orchestrator.Runs.FailureCodes;

namespace Orchestrator.Tests.Dispatch;

/// <summary>Instances that fail again and again by their own fault.</summary>
public class QuarantineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public sealed record Nothing;

    public sealed record Limited([property: System.ComponentModel.DataAnnotations.Range(0, 100)] int Percent);

    [Fact]
    public void Failed_TwiceThenProvedThenTwice_IsNotQuarantined()
    {
        var quarantine = new Quarantine(3, TimeSpan.FromSeconds(5));

        for (var i = 0; i < 4; i++)
        {
            quarantine.Failed(FailureCodes.Timeout, Now, mayLeaveOut: true).ShouldBeFalse();
            if (i == 1)
            {
                quarantine.Proved().ShouldBeFalse();
            }
        }

        quarantine.IsOut.ShouldBeFalse();
        quarantine.Failed(FailureCodes.InstanceLost, Now, mayLeaveOut: true).ShouldBeTrue();
        quarantine.IsOut.ShouldBeTrue();
        quarantine.Note.ShouldContain("3 failures in a row");
    }

    [Fact]
    public void Failed_AgainAfterEachQuarantine_LastsTwiceAsLongUpToALimit()
    {
        var quarantine = new Quarantine(1, TimeSpan.FromSeconds(5));
        var now = Now;
        var lasted = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            quarantine.Failed(FailureCodes.InvalidOutput, now, mayLeaveOut: true).ShouldBeTrue();
            var began = now;
            while (!quarantine.IsDue(now))
            {
                now += TimeSpan.FromSeconds(1);
            }

            lasted.Add((now - began).TotalSeconds);
            quarantine.IsOut.ShouldBeTrue();
            quarantine.Probed(answers: true, now);
            quarantine.IsOut.ShouldBeFalse();
            quarantine.IsOnProbation.ShouldBeTrue();
        }

        lasted.ShouldBe([5, 10, 20, 40, 80, 160, 300, 300, 300]);
        quarantine.Proved().ShouldBeTrue();
        quarantine.Note.ShouldBe("");
        quarantine.Failed(FailureCodes.InvalidOutput, now, mayLeaveOut: true);
        quarantine.IsDue(now + TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    [Fact]
    public void Failed_LastOfItsRole_IsKeptForInvalidOutputOnly()
    {
        using var desk = new Desk(options => options.QuarantineAfter = 1);
        var only = desk.Join("only");

        desk.Registry.Failed(only, FailureCodes.InvalidOutput);
        only.TakesWork.ShouldBeTrue();

        desk.Join("another");
        desk.Registry.Failed(only, FailureCodes.InvalidOutput);
        only.TakesWork.ShouldBeFalse();
        desk.Registry.List("worker").Single(instance => instance.Name == "only").Health.ShouldBe(InstanceHealth.Quarantined);
        desk.Registry.Failed(desk.Registry.Find("another")!, FailureCodes.Timeout);
        desk.Registry.Find("another")!.TakesWork.ShouldBeFalse();
    }

    [Fact]
    public async Task Failed_InstanceGivesGarbage_OthersGetTheWorkUntilItHasProvedItself()
    {
        var isBroken = true;
        var byBroken = 0;
        await using var system = await TestSystem.StartAsync("--Dispatch:QuarantineSeconds=0.5");
        await system.AddAgentAsync("worker", agent => agent.Limit(4).OnTask<Nothing, Limited>("work", (_, _, _) =>
        {
            Interlocked.Increment(ref byBroken);
            return System.Threading.Tasks.Task.FromResult(new Limited(Volatile.Read(ref isBroken) ? 500 : 50));
        }), "--Agents:InstanceName=broken");
        await system.AddAgentAsync("worker", agent => agent.Limit(4).OnTask<Nothing, Limited>("work", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Limited(1))), "--Agents:InstanceName=sound");
        AgentInstance Broken() => system.Services.GetRequiredService<IAgentDirectory>().List("worker").Single(instance => instance.Name == "broken");
        async Task RunsAsync(Func<bool> until)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!until())
            {
                late.IsCancellationRequested.ShouldBeFalse(Broken().ToString());
                var events = await system.WatchAsync(await system.SubmitAsync(Of([.. Enumerable.Range(0, 6).Select(i => Task($"t{i}").With(task => task.Retry = new RetryPolicy { MaxAttempts = 20 }))])));
                events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
            }
        }

        await RunsAsync(() => Broken().Health == InstanceHealth.Quarantined);
        Broken().Note.ShouldContain("INVALID_OUTPUT");
        await RunsAsync(() => Broken().Note.StartsWith("on probation", StringComparison.Ordinal));
        Volatile.Write(ref isBroken, false);
        await RunsAsync(() => Broken() is { Health: InstanceHealth.Alive, Note: "" });

        var before = Volatile.Read(ref byBroken);
        await RunsAsync(() => Volatile.Read(ref byBroken) > before + 3);
    }
}

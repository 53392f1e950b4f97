using Grpc.Core;
using Protos.V1;

namespace Orchestrator.Tests.Limits;

/// <summary>A tenant has as many schedules as it may.</summary>
public sealed class ScheduleQuotaTests
{
    [Fact]
    public async Task Put_OneTooMany_IsRefusedUntilOneIsDeleted()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:*:Schedules=2");
        await PutAsync(system, "first");
        await PutAsync(system, "second");

        await LimitedSystem.RefusedAsync(() => PutAsync(system, "third"), "TOO_MANY_SCHEDULES", "Tenant 'local' has 2 schedules", "Limits:Tenants:*:Schedules is 2");
        await PutAsync(system, "second", paused: true);
        await LimitedSystem.RefusedAsync(() => PutAsync(system, "third"), "TOO_MANY_SCHEDULES");

        await system.Runs.DeleteScheduleAsync(new DeleteScheduleRequest { Name = "first" });
        await PutAsync(system, "third");
    }

    [Fact]
    public async Task Put_ManyAtOnce_NeverPassesTheLimit()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Tenants:local:Schedules=3");
        var put = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await PutAsync(system, $"schedule-{i}");
                return 1;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return 0;
            }
        }));

        put.Sum().ShouldBe(3);
    }

    private static async Task PutAsync(LimitedSystem system, string name, bool paused = false) => await system.Runs.PutScheduleAsync(new PutScheduleRequest
    {
        Schedule = new Schedule { Name = name, Every = 86_400, Paused = paused, Run = LimitedSystem.Request() },
    });
}

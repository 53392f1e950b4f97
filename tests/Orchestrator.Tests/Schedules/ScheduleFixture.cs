using System.Globalization;
using Agents.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Storage;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Embedded;
using Protos.V1;

namespace Orchestrator.Tests.Schedules;

/// <summary>Schedules on a real store, with a clock that the test moves and an engine that counts starts.</summary>
internal sealed class ScheduleFixture : IAsyncDisposable
{
    public static readonly Principal Me = new() { Name = "ann", Tenant = "local" };
    private readonly EmbeddedHarness _harness = new();
    private readonly List<PartitionLease> _leases = [];

    private ScheduleFixture(string start) => Time = new VirtualClock(At(start));

    public VirtualClock Time { get; }

    public CountingEngine Engine { get; } = new();

    public IRunStore Store { get; private set; } = null!;

    public ScheduleStore Schedules { get; private set; } = null!;

    public ScheduleTenant Tenant { get; private set; } = null!;

    public static async Task<ScheduleFixture> StartAsync(string start = "2026-11-21T12:00:00", int renewAfter = 1000)
    {
        var fixture = new ScheduleFixture(start);
        fixture.Store = await fixture._harness.OpenAsync();
        fixture.Schedules = new ScheduleStore(fixture.Store, fixture.Time) { RenewAfter = renewAfter };
        await fixture.TakeAsync();
        return fixture;
    }

    public static DateTimeOffset At(string time) => DateTimeOffset.Parse(time + "Z", CultureInfo.InvariantCulture);

    public static Schedule Every(int seconds, string name = "tick") => new() { Name = name, Every = seconds, Run = new SubmitRunRequest { Request = "Do it" } };

    public static Schedule ByCron(string cron, string zone = "") =>
        new() { Name = "tick", Cron = cron, TimeZone = zone, Run = new SubmitRunRequest { Request = "Do it" } };

    /// <summary>A replica begins: takes all partitions, and what is open in them.</summary>
    public async Task TakeAsync()
    {
        var services = new ServiceCollection().AddSingleton<IRunEngine>(Engine).BuildServiceProvider();
        Tenant = new ScheduleTenant(Schedules, Store, services, Time, NullLogger<ScheduleTenant>.Instance);
        for (var partition = 0; partition < Store.PartitionCount; partition++)
        {
            var lease = (await Store.AcquireAsync(partition, "test", TimeSpan.FromHours(1), default))!;
            _leases.Add(lease);
            var open = new List<(string, DateTimeOffset?)>();
            await foreach (var (logId, wakeAt) in Store.ReadOpenRunsAsync(partition, default))
            {
                if (Tenant.Owns(logId))
                    open.Add((logId, wakeAt));
            }

            await Tenant.OnTakenAsync(partition, open, lease, default);
        }
    }

    /// <summary>The replica dies: its leases are lost, and it notices only when it writes.</summary>
    public async Task LoseLeasesAsync()
    {
        foreach (var lease in _leases)
            await Store.ReleaseAsync(lease, default);
        _leases.Clear();
    }

    /// <summary>The replica stops in order.</summary>
    public async Task StopAsync()
    {
        Tenant.Dispose();
        await LoseLeasesAsync();
    }

    public Task<ScheduleView> PutAsync(Schedule schedule, string requestId = "") =>
        Tenant.Find(ScheduleIds.Log("local", schedule.Name))!.PutAsync(new PutScheduleRequest { Schedule = schedule, RequestId = requestId }, Me, default);

    public async Task<ScheduleRecord> ReadAsync(string name = "tick") => (await Schedules.ReadAsync(ScheduleIds.Log("local", name), default))!;

    /// <summary>Waits until the schedule's log has this many events.</summary>
    public async Task<ScheduleRecord> UntilVersionAsync(long version, string name = "tick")
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await ReadAsync(name) is var record)
        {
            if (record.Version >= version)
                return record;
            late.IsCancellationRequested.ShouldBeFalse($"version {version} never came: {record}");
            await Task.Delay(5, CancellationToken.None);
        }

        throw new InvalidOperationException("unreachable");
    }

    /// <summary>Moves the clock on to a moment at which an event is expected, and waits for it and for the timer after it.</summary>
    public async Task<ScheduleRecord> AdvanceToAsync(string moment, long version)
    {
        Time.AdvanceTo(At(moment));
        var record = await UntilVersionAsync(version);
        await TestSystem.Until(() => Time.Timers == 1, "the next start is waited for");
        return record;
    }

    public async ValueTask DisposeAsync()
    {
        Tenant.Dispose();
        await _harness.DisposeAsync();
    }
}

using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Local;

/// <summary>Makes the health checks of one resource while it runs: often until it is healthy, then now and then.</summary>
internal sealed class HealthMonitor(IResource resource, ResourceServices services, HealthCheckService health)
{
    private static readonly TimeSpan s_starting = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_unhealthy = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_healthy = TimeSpan.FromSeconds(5);
    private readonly HashSet<string> _keys = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => h.Key)];
    private bool _ready;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var running = await services.Notifications.WaitForResourceAsync(resource.Name, e => e.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
                await CheckWhileRunningAsync(running, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private static bool SameRun(CustomResourceSnapshot now, CustomResourceSnapshot then) =>
        now.State?.Text == KnownResourceStates.Running && now.StartTimeStamp == then.StartTimeStamp;

    private async Task CheckWhileRunningAsync(ResourceEvent running, CancellationToken cancellationToken)
    {
        var answered = false;
        var pause = s_starting;
        while (services.Notifications.TryGetCurrentState(running.ResourceId, out var current) && SameRun(current.Snapshot, running.Snapshot))
        {
            var healthy = _keys.Count == 0 || await CheckAsync(cancellationToken);
            if (healthy && !_ready)
            {
                _ready = true;
                await TellReadyAsync(cancellationToken);
            }

            answered |= healthy;
            // What takes long to start is asked less and less often.
            pause = healthy ? s_healthy : answered || pause * 1.2 > s_unhealthy ? s_unhealthy : pause * 1.2;
            await WaitForChangeAsync(running, pause, cancellationToken);
        }
    }

    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(r => _keys.Contains(r.Name), cancellationToken);
        ImmutableArray<HealthReportSnapshot> reports =
        [
            .. _keys.Select(key => report.Entries.TryGetValue(key, out var entry)
                ? new HealthReportSnapshot(key, entry.Status, entry.Description, entry.Exception?.ToString())
                : new HealthReportSnapshot(key, HealthStatus.Unhealthy, $"No health check is registered as '{key}'.", ExceptionText: null)),
        ];
        foreach (var id in services.Logs.IdsOf(resource))
        {
            await services.Notifications.PublishUpdateAsync(
                resource, id, s => s.State?.Text == KnownResourceStates.Running && !s.HealthReports.SequenceEqual(reports) ? s with { HealthReports = reports } : s);
        }

        return reports.All(r => r.Status == HealthStatus.Healthy);
    }

    /// <summary>Waits a while, or less when the copy that was seen running ends or starts anew.</summary>
    private async Task WaitForChangeAsync(ResourceEvent running, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var shorter = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changed = services.Notifications.WaitForResourceAsync(running.ResourceId, e => !SameRun(e.Snapshot, running.Snapshot), shorter.Token);
        await Task.WhenAny(changed, Task.Delay(pause, services.Clock, shorter.Token));
        await shorter.CancelAsync();
        await changed.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task TellReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await services.Eventing.PublishAsync(new ResourceReadyEvent(resource, services.Provider), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LocalLog.ListenerFailed(services.Logger, resource.Name, error);
        }
    }
}

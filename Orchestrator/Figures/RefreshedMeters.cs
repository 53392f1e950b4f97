using System.Globalization;
using Orchestrator.Storage;

namespace Orchestrator.Figures;

/// <summary>Gauges whose values are read from the store now and then, so that an export never waits for it.</summary>
internal abstract class RefreshedMeters(IConfiguration configuration, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Brings the values up to date, when they are reported here and somebody listens.</summary>
    public abstract Task RefreshAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every(), time);
        try
        {
            do
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                }
                catch (StoreUnavailableException)
                {
                    // The values before stay until the store is there again.
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stops.
        }
    }

    // As often as values are exported, should that be often.
    private TimeSpan Every() =>
        int.TryParse(configuration["OTEL_METRIC_EXPORT_INTERVAL"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, Shortest.TotalMilliseconds, Longest.TotalMilliseconds))
            : Longest;
}

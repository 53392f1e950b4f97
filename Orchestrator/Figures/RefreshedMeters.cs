using System.Globalization;
using Orchestrator.Storage;

namespace Orchestrator.Figures;

/// <summary>Gauges whose values are read from the store now and then, so that an export never waits for it.</summary>
/// <param name="longest">How old values may get, in seconds. Where values are exported more often, they are read as often.</param>
internal abstract class RefreshedMeters(IConfiguration configuration, TimeProvider time, int longest = 15) : BackgroundService
{
    private const int ShortestMilliseconds = 1000;

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

    private TimeSpan Every() =>
        int.TryParse(configuration["OTEL_METRIC_EXPORT_INTERVAL"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, ShortestMilliseconds, longest * 1000))
            : TimeSpan.FromSeconds(longest);
}

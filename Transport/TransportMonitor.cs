using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Transport;

/// <summary>Looks at the files again and again: a look finds what a link was changed to, wherever the files are mounted from.</summary>
internal sealed class TransportMonitor(IEnumerable<TransportCredentials> watched, TimeProvider time, ILogger<TransportMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_reminder = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(watched.Distinct().Where(credentials => credentials.Settings.IsSet).Select(credentials => WatchAsync(credentials, stoppingToken)));

    private async Task WatchAsync(TransportCredentials credentials, CancellationToken ct)
    {
        if (credentials.Subject is { } first)
            TransportLog.InUse(logger, credentials.Settings.CertificateSetting, first);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(credentials.Settings.ReloadSeconds), time);
        var reminded = DateTimeOffset.MinValue;
        try
        {
            do
            {
                if (credentials.Refresh() is { } change)
                    Tell(credentials, change);
                reminded = Remind(credentials, reminded);
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private void Tell(TransportCredentials credentials, TransportChange change)
    {
        if (change.Trouble is { } trouble)
            TransportLog.Broken(logger, trouble);
        else
            TransportLog.Changed(logger, credentials.Settings.CertificateSetting, credentials.Subject ?? "none");
    }

    private DateTimeOffset Remind(TransportCredentials credentials, DateTimeOffset reminded)
    {
        var now = time.GetUtcNow();
        if (credentials.Certificate is not { } own || new DateTimeOffset(own.NotAfter) - now > s_soon || now - reminded < s_reminder)
            return reminded;
        TransportLog.ExpiresSoon(logger, credentials.Settings.CertificateSetting, credentials.Subject!);
        return now;
    }
}

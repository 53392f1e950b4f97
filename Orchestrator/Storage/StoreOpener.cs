using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orchestrator.Storage;

/// <summary>Opens the store before other hosted services start, and waits a while for a server that is still starting.</summary>
internal sealed class StoreOpener(IRunStore store, IOptions<StoreOptions> options, TimeProvider clock, ILogger<StoreOpener> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await store.OpenAsync(cancellationToken);
                return;
            }
            catch (StoreUnavailableException e) when (clock.GetElapsedTime(started) < options.Value.OpenTimeout)
            {
                StoreLog.NotOpenYet(logger, e.Message);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

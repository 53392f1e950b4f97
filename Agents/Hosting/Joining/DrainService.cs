using Agents.Hosting.Attempts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agents.Hosting.Joining;

/// <summary>
/// The orderly end, before the server stops listening: says that it leaves, refuses what is new, lets running attempts
/// finish, cancels those that take too long, and gives the orchestrator a moment to fetch the last results.
/// </summary>
internal sealed class DrainService(AttemptTable table, RegistrationService registration, AgentOptions options, TimeProvider time, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    /// <summary>What stopping may take beyond <see cref="AgentOptions.DrainSeconds"/>.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(4);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        table.Drain();
        registration.Leave();
        AttemptLog.Draining(logger, table.Running, options.DrainSeconds);
        if (!await WaitAsync(() => table.Running == 0, TimeSpan.FromSeconds(options.DrainSeconds), cancellationToken))
        {
            AttemptLog.DrainCancels(logger, table.Running);
            foreach (var attempt in table.Sweep())
                attempt.TryStop(StopReason.Stopping, "The instance was asked to stop before the attempt finished.");
            await WaitAsync(() => table.Running == 0, CancelTime, cancellationToken);
        }

        if (registration.IsJoined)
            await WaitAsync(() => table.Unacknowledged == 0, FetchTime, cancellationToken);
        AttemptLog.Drained(logger);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> WaitAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!condition())
        {
            if (time.GetElapsedTime(started) >= limit)
                return false;
            await Task.Delay(Look, time, cancellationToken);
        }

        return true;
    }
}

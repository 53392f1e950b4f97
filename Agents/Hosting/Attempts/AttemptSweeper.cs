using Microsoft.Extensions.Hosting;

namespace Agents.Hosting.Attempts;

/// <summary>Five times a second: deadlines, progress held back, code that does not end, results too old. One timer for all, so an attempt costs none.</summary>
internal sealed class AttemptSweeper(AttemptTable table, AttemptRunner runner, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Sweep();
    }

    internal void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var attempt in table.Sweep())
        {
            attempt.Progress.Flush();
            if (now >= attempt.Deadline)
                attempt.TryStop(StopReason.TimedOut, $"The attempt did not finish by its deadline, {attempt.Deadline:O}.");
            if (attempt.Stop != StopReason.None && now - attempt.StoppedAt >= Grace)
                runner.Abandon(attempt);
        }
    }
}

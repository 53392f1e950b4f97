using Microsoft.Extensions.Options;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>
/// Keeps this replica's keys as the store has them: woken by whoever writes, and looking by itself every
/// <see cref="Look"/>, so that a revocation that was not heard of counts all the same. Where the store cannot be asked for
/// <see cref="Patience"/>, stored keys that are not known are no longer said to be wrong, only not to be known.
/// </summary>
internal sealed class KeyFollower(
    KeyLog log, KeyBook book, KeyDesk desk, IOptions<AccessOptions> options, TimeProvider time, ILogger<KeyFollower> logger) : BackgroundService
{
    /// <summary>How often the store is asked; with it, how long at most a revocation takes to count here.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>How exactly the last use of a key is kept.</summary>
    public static readonly TimeSpan UsePrecision = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WriteUses = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        if (options.Value.DemandsKeys)
            AccessLog.Demanded(logger, book.Stored.Count(), string.Join(", ", book.Configured.OrderBy(key => key.Name, StringComparer.Ordinal).Select(key => $"{ApiKeyText.Prefix}{key.Id} ({key.Name})")));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wakes = new Wakes(time);
        await using var watch = log.Watch(wakes.Wake);
        var (heard, written) = (time.GetTimestamp(), time.GetTimestamp());
        var first = options.Value is { DemandsKeys: true, CreateAdminKey: true } ? CreateFirstAsync(stoppingToken) : Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryAsync(stoppingToken))
                heard = time.GetTimestamp();
            else if (time.GetElapsedTime(heard) > Patience)
                book.IsCurrent = false;
            book.EndExpired();
            if (time.GetElapsedTime(written) > WriteUses)
            {
                written = time.GetTimestamp();
                await WriteUsesAsync(stoppingToken);
            }

            await wakes.WaitAsync(Look, stoppingToken);
        }

        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Not to the log: what is printed here is meant for whoever starts the process, and is not said again.
    private async Task CreateFirstAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await desk.CreateFirstAsync(ct) is { } text)
                    await System.Console.Out.WriteLineAsync($"The first administrator's API key, shown this once:\n{text}");
                return;
            }
            catch (Exception e) when (e is Processing.RequestRefusedException or StoreUnavailableException)
            {
                AccessLog.NotRead(logger, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, ct);
            }
        }
    }

    private async Task<bool> TryAsync(CancellationToken ct)
    {
        try
        {
            await log.CatchUpAsync(ct);
            return true;
        }
        catch (StoreUnavailableException e)
        {
            if (book.IsCurrent)
                AccessLog.NotRead(logger, e.Message);
            return false;
        }
    }

    // Only the replica that keeps the log writes at once; the others hand theirs over. Losing one is no harm.
    private async Task WriteUsesAsync(CancellationToken ct)
    {
        foreach (var used in book.Unwritten(UsePrecision).ToList())
        {
            try
            {
                await desk.UsedAsync(used, ct);
            }
            catch (Exception e) when (e is Processing.RequestRefusedException or StoreUnavailableException)
            {
                return; // another time
            }
        }
    }
}

using System.Collections.Concurrent;

namespace AppHost;

/// <summary>How the resources are, as the application last said.</summary>
internal sealed class ResourceStates : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ResourceEvent> _copies = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watch;

    public ResourceStates(ResourceNotificationService notifications) => _watch = WatchAsync(notifications);

    /// <summary>Whether all copies of a resource have ended, or never started.</summary>
    public bool HasEnded(string resource) => Copies(resource) is { Length: > 0 } copies && copies.All(copy => KnownResourceStates.TerminalStates.Contains(State(copy)));

    /// <summary>For people: the state of each copy, as in <c>Exited with code 134</c>.</summary>
    public string Describe(string resource) => string.Join(", ", Copies(resource).Select(copy => State(copy) + (copy.Snapshot.ExitCode is { } code ? $" with code {code}" : "")));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static string State(ResourceEvent copy) => copy.Snapshot.State?.Text ?? "unknown";

    private ResourceEvent[] Copies(string resource) => [.. _copies.Values.Where(copy => copy.Resource.Name == resource)];

    private async Task WatchAsync(ResourceNotificationService notifications)
    {
        await foreach (var change in notifications.WatchAsync(_end.Token))
            _copies[change.ResourceId] = change;
    }
}

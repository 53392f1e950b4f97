namespace Bench.Subscribers;

/// <summary>Many SignalR clients, each on a connection of its own, that watch one run.</summary>
internal sealed class Crowd(Uri orchestrator) : IAsyncDisposable
{
    private readonly List<Subscriber> _open = [];

    /// <summary>Connects so many more, and goes once each has had an event.</summary>
    public async Task<Opened> OpenAsync(int count, string runId, CancellationToken ct)
    {
        var added = new Subscriber[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = ct }, async (i, token) =>
            added[i] = await Subscriber.StartAsync(orchestrator, runId, token));
        _open.AddRange(added);
        await Task.WhenAll(_open.Select(subscriber => subscriber.FirstEvent)).WaitAsync(TimeSpan.FromMinutes(1), ct);
        return new Opened(_open.Count);
    }

    /// <summary>What all of them have had so far.</summary>
    public Counted Count() => new(_open.Sum(subscriber => subscriber.Events), _open.Sum(subscriber => subscriber.Bytes), _open.Sum(subscriber => subscriber.Messages));

    /// <summary>Reads on until the run has ended for all, and says what is wrong.</summary>
    public async Task<Closed> CloseAsync(CancellationToken ct)
    {
        var wrong = new List<string>();
        foreach (var subscriber in _open)
        {
            try
            {
                await subscriber.Ended.WaitAsync(TimeSpan.FromMinutes(1), ct);
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                wrong.Add(e.Message);
            }
        }

        var events = _open.Select(subscriber => subscriber.Events).Distinct().ToList();
        if (events.Count > 1)
        {
            wrong.Add($"subscribers saw {events.Min()} to {events.Max()} events of one run");
        }

        await DisposeAsync();
        return new Closed(events.FirstOrDefault(), [.. wrong.Take(10)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscriber in _open)
        {
            await subscriber.DisposeAsync();
        }

        _open.Clear();
    }
}

internal sealed record Opened(int Subscribers);

internal sealed record Counted(long Events, long Bytes, long Messages);

internal sealed record Closed(long Events, IReadOnlyList<string> Violations);

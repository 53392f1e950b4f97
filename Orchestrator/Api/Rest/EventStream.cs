using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Writes events as <c>text/event-stream</c>, with a comment whenever nothing has been written for a while.</summary>
internal sealed class EventStream(HttpResponse response, TimeSpan heartbeat, TimeProvider time)
{
    // Milliseconds after which a client whose stream broke connects again.
    private const int RetryAfter = 2000;

    public async Task WriteAsync(IAsyncEnumerable<RunEvent> events, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        // Proxies hold streams back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        await SendAsync($"retry: {RetryAfter}\n\n", cancellationToken);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var source = events.GetAsyncEnumerator(end.Token);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!next.IsCompleted && !await CompletesInTimeAsync(next, cancellationToken))
                {
                    await SendAsync(": still here\n\n", cancellationToken);
                    continue;
                }

                if (!await next)
                    return;
                // JSON is a single line.
                await SendAsync($"id: {source.Current.Version}\ndata: {ProtoBody.ToJson(source.Current)}\n\n", cancellationToken);
                next = source.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // The source must not be disposed of while it is asked: it hears first that nobody listens any more.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> CompletesInTimeAsync(Task next, CancellationToken cancellationToken)
    {
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(heartbeat, time, stopWaiting.Token));
        await stopWaiting.CancelAsync();
        return first == next;
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}

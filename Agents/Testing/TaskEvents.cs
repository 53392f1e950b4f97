using Grpc.Core;
using Protos.V1;

namespace Agents.Testing;

/// <summary>Reads the stream of an attempt.</summary>
public static class TaskEvents
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Reads to the end.</summary>
    /// <param name="stream">The stream of a call to Execute or Attach.</param>
    /// <returns>Every event, in order.</returns>
    /// <exception cref="RpcException">The call was refused.</exception>
    /// <exception cref="OperationCanceledException">The attempt did not end within 30 s.</exception>
    public static async Task<IReadOnlyList<TaskEvent>> AllAsync(IAsyncStreamReader<TaskEvent> stream)
    {
        using var limit = new CancellationTokenSource(Limit);
        var events = new List<TaskEvent>();
        while (await stream.MoveNext(limit.Token))
            events.Add(stream.Current);
        return events;
    }

    /// <summary>Reads on to an event.</summary>
    /// <param name="stream">The stream of a call to Execute or Attach.</param>
    /// <param name="wanted">Whether this is the one.</param>
    /// <returns>The first that is wanted; the stream stands after it.</returns>
    /// <exception cref="InvalidOperationException">The stream ended without it.</exception>
    public static async Task<TaskEvent> NextAsync(IAsyncStreamReader<TaskEvent> stream, Func<TaskEvent, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await stream.MoveNext(limit.Token))
        {
            if (wanted(stream.Current))
                return stream.Current;
        }

        throw new InvalidOperationException("The stream ended without the event.");
    }
}

using System.Threading.Channels;

namespace Orchestrator.Storage;

/// <summary>A wait that somebody can end: what was told by a wake that got lost is found a while later.</summary>
internal sealed class Wakes(TimeProvider time)
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends the wait that is on, or the next one.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Waits for a wake, and at most so long. Ends without an exception when it is given up.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(_wakes.Reader.WaitToReadAsync(over.Token).AsTask(), Task.Delay(most, time, over.Token));
        await over.CancelAsync();
        _wakes.Reader.TryRead(out _);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tests.Shared;

/// <summary>Passes connections on to a port of the loopback. Cuts them, or holds back what they carry, when told to.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<int, (TcpClient Near, TcpClient Far)> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _count;
    private volatile int _delayMilliseconds;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each piece is held back; zero: not at all.</summary>
    public void Delay(TimeSpan delay) => _delayMilliseconds = (int)delay.TotalMilliseconds;

    /// <summary>Cuts all connections; new ones work.</summary>
    public void Cut()
    {
        foreach (var (number, _) in _open)
        {
            Close(number);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(near);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over, or the client has gone again.
            }
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        var far = new TcpClient();
        var number = Interlocked.Increment(ref _count);
        _open[number] = (near, far);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            (near.NoDelay, far.NoDelay) = (true, true);
            await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is down: so is this connection.
        }

        Close(number);
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
            {
                if (_delayMilliseconds is > 0 and var delay)
                {
                    await Task.Delay(delay, _stop.Token);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // One of the two ends has gone.
        }
    }

    private void Close(int number)
    {
        if (_open.TryRemove(number, out var pair))
        {
            pair.Near.Dispose();
            pair.Far.Dispose();
        }
    }
}

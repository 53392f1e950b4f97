using System.Net;
using System.Net.Sockets;

namespace Deploy.Tests.Processes;

/// <summary>A service: one address, behind which each new connection goes to one of the ready pods in turn.</summary>
internal sealed class ServiceRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<int> _ready = [];
    private readonly Task _accepting;
    private int _next;

    public ServiceRelay()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Add(int port)
    {
        lock (_ready)
            _ready.Add(port);
    }

    /// <summary>No new connection goes there any longer; those that are there stay.</summary>
    public void Remove(int port)
    {
        lock (_ready)
            _ready.Remove(port);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, Choose(), _ending.Token);
                var (near, far) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, _ending.Token), far.CopyToAsync(near, _ending.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or InvalidOperationException)
            {
                // One side is gone: so is the other.
            }
        }
    }

    private int Choose()
    {
        lock (_ready)
            return _ready.Count == 0 ? throw new InvalidOperationException("No pod is ready.") : _ready[_next++ % _ready.Count];
    }
}

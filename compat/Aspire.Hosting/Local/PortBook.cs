using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>
/// Hands out ports on the loopback addresses. Free ones come from below the range that the system gives to outgoing
/// connections, and are held by a listening socket until the process that is to have them starts, and by a claim until this ends.
/// </summary>
internal sealed class PortBook : IDisposable
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Socket[]> _held = [];
    private readonly HashSet<int> _given = [];

    /// <summary>Gives every endpoint its place, one for each copy of the resource.</summary>
    /// <param name="resources">The resources with the number of their copies.</param>
    /// <param name="randomize">Whether fixed ports are ignored, as under tests.</param>
    public void Allocate(IEnumerable<(IResource Resource, int Copies)> resources, bool randomize)
    {
        var wanted = resources
            .SelectMany(r => r.Resource.Annotations.OfType<EndpointAnnotation>().Select(e => (r.Resource, r.Copies, Endpoint: e)))
            .OrderByDescending(e => Fixed(e.Resource, e.Endpoint) is not null)
            .ToArray();
        List<string> taken = [];
        foreach (var (resource, copies, endpoint) in wanted)
        {
            endpoint.ReplicaPorts.Clear();
            for (var i = 0; i < Math.Max(1, copies); i++)
            {
                var port = i == 0 && !randomize ? Fixed(resource, endpoint) : null;
                if (port is { } fixedPort && !TryHold(fixedPort))
                    taken.Add($"port {fixedPort}, which resource '{resource.Name}' wants for its endpoint '{endpoint.Name}', is in use");
                endpoint.ReplicaPorts.Add(port ?? Free());
            }

            if (resource.Annotations.OfType<Http2ServiceAnnotation>().Any() && endpoint.UriScheme is "http" or "https")
                endpoint.Transport = "http2";
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", endpoint.ReplicaPorts[0]);
        }

        if (taken.Count > 0)
            throw new DistributedApplicationException($"{char.ToUpperInvariant(taken[0][0])}{string.Join("; ", taken)[1..]}.");
    }

    /// <summary>Lets go of a port, for the process that starts now.</summary>
    /// <param name="port">The port.</param>
    public void Release(int port)
    {
        Socket[]? sockets;
        lock (_gate)
            _held.Remove(port, out sockets);
        foreach (var socket in sockets ?? [])
            socket.Dispose();
    }

    public void Dispose()
    {
        int[] ports;
        lock (_gate)
            ports = [.. _given];
        foreach (var port in ports)
        {
            Release(port);
            PortClaims.Release(port);
        }
    }

    private void GiveBack(int port)
    {
        _given.Remove(port);
        PortClaims.Release(port);
    }

    private static int? Fixed(IResource resource, EndpointAnnotation endpoint) =>
        resource is ContainerResource ? endpoint.Port : endpoint.TargetPort ?? endpoint.Port;

    private static Socket? Bind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private int Free()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + Random.Shared.Next(Count);
            if (TryHold(port))
                return port;
        }

        throw new DistributedApplicationException($"No port from {First} to {First + Count - 1} is free.");
    }

    private bool TryHold(int port)
    {
        lock (_gate)
        {
            if (_given.Contains(port) || !PortClaims.TryTake(port))
                return false;
            _given.Add(port);
            if (Bind(IPAddress.Loopback, port) is not { } four)
            {
                GiveBack(port);
                return false;
            }

            if (!Socket.OSSupportsIPv6 || !HasIPv6Loopback.Value)
            {
                _held[port] = [four];
                return true;
            }

            if (Bind(IPAddress.IPv6Loopback, port) is not { } six)
            {
                four.Dispose();
                GiveBack(port);
                return false;
            }

            _held[port] = [four, six];
            return true;
        }
    }

    /// <summary>A kernel may know IPv6 and have no address ::1, as in many containers.</summary>
    private static readonly Lazy<bool> HasIPv6Loopback = new(() =>
    {
        using var probe = Bind(IPAddress.IPv6Loopback, 0);
        return probe is not null;
    });
}

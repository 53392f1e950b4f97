using System.Net;
using System.Net.Sockets;

namespace Tests.Shared;

/// <summary>
/// Ports for servers that must know theirs before they start. They come from below the range that the system gives to
/// outgoing connections, so that none of those takes one before its server does; and none is given twice.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 10_000;
    private static readonly HashSet<int> s_given = [];

    /// <summary>A port on 127.0.0.1 that nobody listens on.</summary>
    public static int Next()
    {
        lock (s_given)
        {
            while (s_given.Count < Count)
            {
                var port = First + Random.Shared.Next(Count);
                if (s_given.Add(port) && IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is left.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

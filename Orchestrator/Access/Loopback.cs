using System.Net;

namespace Orchestrator.Access;

/// <summary>Whether a host is this machine, whatever the names of others say.</summary>
internal static class Loopback
{
    public static bool Is(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}

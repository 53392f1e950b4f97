using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AppHost;

/// <summary>Where the dashboard is and who may look: whoever has the link that is printed.</summary>
internal sealed class DashboardPlace
{
    private const int DefaultPort = 18888;
    private readonly string _url;
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private DashboardPlace(int port) => _url = Address(port);

    /// <summary>The link for people.</summary>
    public string Link => $"{_url}/login?t={_token}";

    /// <summary>The page of a trace, for the console.</summary>
    public string TraceLink => $"{_url}/traces/detail/{{trace_id}}";

    /// <summary>Takes a port: the one that is asked for, or the usual one, or, where that is taken, any.</summary>
    public static DashboardPlace At(int? port) => new(port ?? (IsFree(DefaultPort) ? DefaultPort : Free()));

    /// <summary>What the app host is told, by the names of Aspire's settings.</summary>
    /// <param name="consolePort">Where the runs that are traced are shown.</param>
    public string[] Arguments(int consolePort) =>
    [
        $"--ASPNETCORE_URLS={_url}",
        $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL={Address(Free())}",
        $"--AppHost:BrowserToken={_token}",
        string.Create(CultureInfo.InvariantCulture, $"--Dashboard:RunUrl=http://localhost:{consolePort}/runs/{{0}}"),
    ];

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

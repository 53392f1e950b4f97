using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Orchestrator.Team;

/// <summary>Where the master reaches this process: as configured, else where it listens for gRPC.</summary>
internal sealed class TeamAddress(IOptions<TeamOptions> options, IServer server, IConfiguration configuration, IHostApplicationLifetime lifetime)
{
    public async Task<string> GetAsync(CancellationToken ct)
    {
        if (options.Value.AdvertisedUrl.Length > 0)
            return options.Value.AdvertisedUrl.TrimEnd('/');
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(ct);
        var addresses = (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => new Uri(address.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal))).ToList();
        // Where the port was left open, it is the one that is not for REST.
        var bound = addresses.FirstOrDefault(address => address.Port == Port("grpc")) ?? addresses.FirstOrDefault(address => address.Port != Port("http"))
            ?? addresses.FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttps) // with TLS one port serves both
            ?? throw new InvalidOperationException("Team:Master is set, and this orchestrator listens nowhere for gRPC: set Kestrel:Endpoints:grpc:Url or Team:AdvertisedUrl.");
        return Reachable(bound);
    }

    private int Port(string endpoint) =>
        Uri.TryCreate(configuration[$"Kestrel:Endpoints:{endpoint}:Url"]?.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var url) ? url.Port : -1;

    private static string Reachable(Uri bound)
    {
        if (!IPAddress.TryParse(bound.Host.Trim('[', ']'), out var ip) || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            return bound.GetLeftPart(UriPartial.Authority);
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .FirstOrDefault(one => one.Address.AddressFamily == AddressFamily.InterNetwork);
        return $"{bound.Scheme}://{own?.Address.ToString() ?? "127.0.0.1"}:{bound.Port}";
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Agents.Hosting.Joining;

/// <summary>Where the orchestrator reaches this process: as configured, else where it listens.</summary>
internal sealed class ListeningAddress(AgentOptions options, IServer server, IHostApplicationLifetime lifetime)
{
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (options.AdvertisedUrl is { } given)
            return given;

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(cancellationToken);

        return Reachable(new Uri(Bound()));
    }

    // The endpoint named `grpc` comes with the protocol that gRPC needs; another one would be for health checks.
    private string Bound()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.FirstOrDefault() ?? throw new AgentDefinitionException("The agent listens nowhere: set Kestrel:Endpoints:grpc:Url.");
    }

    private static string Reachable(Uri bound)
    {
        if (!IPAddress.TryParse(bound.Host.Trim('[', ']'), out var ip) || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            return bound.GetLeftPart(UriPartial.Authority);

        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .FirstOrDefault(address => address.Address.AddressFamily == AddressFamily.InterNetwork);
        return $"{bound.Scheme}://{own?.Address.ToString() ?? "127.0.0.1"}:{bound.Port}";
    }
}

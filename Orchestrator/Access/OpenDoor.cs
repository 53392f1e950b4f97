using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Orchestrator.Access;

/// <summary>
/// Where no key is demanded, listens for nobody but this machine: stands where the server binds its sockets, so it does not
/// matter by which setting an address came. What was bound otherwise is looked at before the process counts as started.
/// </summary>
internal sealed class OpenDoor(
    IOptions<AccessOptions> options, IServer server, ILogger<OpenDoor> logger)
    : IHostedLifecycleService
{
    /// <summary>The sockets of the server, held to the rule.</summary>
    public static IConnectionListenerFactory Sockets(IServiceProvider services) => new Guarded(
        new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), services.GetRequiredService<ILoggerFactory>()),
        services.GetRequiredService<IOptions<AccessOptions>>());

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.DemandsKeys)
            return Task.CompletedTask;
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
            Check(options.Value, address, IsHere(BindingAddress.Parse(address)));
        if (options.Value.Anonymous == AccessOptions.Everywhere)
            AccessLog.OpenEverywhere(logger, string.Join(", ", addresses));
        else
            AccessLog.Open(logger);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether only this machine reaches an address.</summary>
    internal static bool IsHere(BindingAddress address) => address.IsUnixPipe || Loopback.Is(address.Host);

    /// <summary>Throws where an address is open to others and nobody asked for that.</summary>
    internal static void Check(AccessOptions options, string address, bool isHere)
    {
        if (!isHere && !options.DemandsKeys && options.Anonymous != AccessOptions.Everywhere)
        {
            throw AccessOptions.Wrong(
                $"'{address}' can be reached from other machines, and no API key is demanded. Set Access:Mode=keys with Access:AdminKeyFile, "
                + "listen on localhost only (Kestrel:Endpoints:…:Url), or say Access:Anonymous=everywhere to let everybody do everything.");
        }
    }

    private sealed class Guarded(SocketTransportFactory sockets, IOptions<AccessOptions> options) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            Check(options.Value, endpoint.ToString() ?? "", endpoint is System.Net.Sockets.UnixDomainSocketEndPoint || (endpoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address)));
            return sockets.BindAsync(endpoint, cancellationToken);
        }

        public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);
    }
}

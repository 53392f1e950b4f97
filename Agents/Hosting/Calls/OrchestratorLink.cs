using Grpc.Net.Client;
using Transport;

namespace Agents.Hosting.Calls;

/// <summary>Channels to the orchestrator's replicas, one of them in use.</summary>
internal sealed class OrchestratorLink(AgentOptions options, TransportCredentials credentials) : IDisposable
{
    private readonly Lazy<GrpcChannel>[] _channels = [.. options.Orchestrators.Select(address => new Lazy<GrpcChannel>(() => Open(address, credentials)))];
    private volatile int _current;

    public GrpcChannel Channel => _channels[_current].Value;

    public Uri Address => options.Orchestrators[_current];

    /// <summary>Uses the next replica, after the current one could not be reached.</summary>
    public void TryNext() => _current = (_current + 1) % _channels.Length;

    public void Dispose()
    {
        foreach (var channel in _channels.Where(channel => channel.IsValueCreated))
            channel.Value.Dispose();
    }

    private static GrpcChannel Open(Uri address, TransportCredentials credentials) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
        MaxSendMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
        DisposeHttpClient = true,
        HttpHandler = credentials.Secure(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // Orchestrators and agents reach each other directly; a proxy is for the world outside.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // A peer that is there and does not answer (stopped, cut off) is found out within this time.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        }, address, http2: true),
    });
}

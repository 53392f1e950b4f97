using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Transport;

namespace Orchestrator.Team;

/// <summary>The channel to the master.</summary>
internal sealed class MasterLink(IOptions<TeamOptions> options, TransportCredentials credentials) : IDisposable
{
    private readonly Lazy<GrpcChannel> _channel = new(() => GrpcChannel.ForAddress(options.Value.Master, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
        MaxSendMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
        DisposeHttpClient = true,
        HttpHandler = credentials.Secure(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        }, new Uri(options.Value.Master), http2: true),
    }));

    public GrpcChannel Channel => _channel.Value;

    public void Dispose()
    {
        if (_channel.IsValueCreated)
            _channel.Value.Dispose();
    }
}

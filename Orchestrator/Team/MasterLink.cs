using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Transport;

namespace Orchestrator.Team;

/// <summary>The channel to the master.</summary>
internal sealed class MasterLink(IOptions<TeamOptions> options, TransportCredentials credentials, TeamToken token) : IDisposable
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

    private readonly string? _key = options.Value.ApiKey.Trim() is { Length: > 0 } key ? key : null;

    /// <summary>For clients of the master's services: each call shows who this is.</summary>
    public CallInvoker Calls => _channel.Value.Intercept(headers =>
    {
        headers.Add(CallerProof.TokenEntry, token.Text);
        if (_key is not null)
            headers.Add("authorization", $"Bearer {_key}");
        return headers;
    });

    public void Dispose()
    {
        if (_channel.IsValueCreated)
            _channel.Value.Dispose();
    }
}

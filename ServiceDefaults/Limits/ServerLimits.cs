using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Limits;

/// <summary>Sets the limits of Kestrel from <see cref="ServerLimitOptions"/>.</summary>
internal sealed class ServerLimits(IOptions<ServerLimitOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    // The time that a body or an answer has before its rate is looked at.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void Add(IServiceCollection services)
    {
        services.AddOptions<ServerLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ServerLimits>();
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        var given = options.Value;
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = given.Connections;
        limits.MaxConcurrentUpgradedConnections = given.Connections;
        limits.MaxRequestHeadersTotalSize = given.HeaderBytes;
        limits.MaxRequestHeaderCount = given.HeaderCount;
        limits.MaxRequestLineSize = given.RequestLineBytes;
        limits.MaxRequestBodySize = given.BodyBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(given.HeaderSeconds);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(given.KeepAliveSeconds);
        limits.MinRequestBodyDataRate = given.BytesPerSecond > 0 ? new MinDataRate(given.BytesPerSecond, Grace) : null;
        limits.MinResponseDataRate = limits.MinRequestBodyDataRate;
        limits.Http2.MaxStreamsPerConnection = given.StreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = given.HeaderBytes;
        if (limits.MaxRequestBufferSize < given.RequestLineBytes)
            limits.MaxRequestBufferSize = given.RequestLineBytes;
    }
}

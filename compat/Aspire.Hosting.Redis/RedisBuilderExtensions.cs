using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Adds Redis.</summary>
public static class RedisBuilderExtensions
{
    private const string Tag = "7.4";

    /// <summary>Adds a Redis server in a container; it needs an engine that answers.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="port">The port on this host; null is a free one.</param>
    /// <returns>The server's builder.</returns>
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        var redis = new RedisResource(name);
        var key = $"{name}_check";
        builder.Services.AddHealthChecks().AddAsyncCheck(key, token => PingAsync(redis, token));
        return builder.AddResource(redis)
            .WithAnnotation(new ContainerImageAnnotation { Registry = "docker.io", Image = "library/redis", Tag = Tag })
            .WithEndpoint(port, targetPort: 6379, name: RedisResource.EndpointName)
            .WithHealthCheck(key);
    }

    /// <summary>Keeps the data in a volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume; null is named after the server.</param>
    /// <param name="isReadOnly">Whether the server may only read it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? $"{builder.Resource.Name}-data", "/data", isReadOnly);

    /// <summary>Writes a snapshot of the data now and then.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="interval">How often; null is every minute.</param>
    /// <param name="keysChangedThreshold">After how many changes at least.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<RedisResource> WithPersistence(this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.WithArgs("--save", (interval ?? TimeSpan.FromMinutes(1)).TotalSeconds.ToString("0", CultureInfo.InvariantCulture), keysChangedThreshold.ToString(CultureInfo.InvariantCulture));

    private static async Task<HealthCheckResult> PingAsync(RedisResource redis, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", redis.PrimaryEndpoint.Port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("+PONG"u8) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("PING was not answered by PONG.");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}

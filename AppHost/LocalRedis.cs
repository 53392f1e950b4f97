using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost;

/// <summary>The redis-server of this machine, with a data folder of its own.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="folder">Where it keeps its data.</param>
internal sealed class LocalRedis(string name, string folder) : ExecutableResource(name, Program, folder), IResourceWithConnectionString
{
    private const string Program = "redis-server";

    /// <summary>Where it listens.</summary>
    public EndpointReference Endpoint => new(this, "tcp");

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"{Endpoint.Property(EndpointProperty.IPV4Host)}:{Endpoint.Property(EndpointProperty.Port)}");

    /// <summary>The program's path; null when it is not on PATH.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, Program + (OperatingSystem.IsWindows() ? ".exe" : "")))
        .FirstOrDefault(File.Exists);

    /// <summary>Whether it answers.</summary>
    public async Task<HealthCheckResult> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Endpoint.Port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("+PONG"u8) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("redis-server does not answer PING by PONG: it may be loading its data.");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}

/// <summary>Adds the redis-server of this machine.</summary>
internal static class LocalRedisExtensions
{
    /// <summary>Adds it: append-only, never forgetting a key, for this machine alone.</summary>
    public static IResourceBuilder<LocalRedis> AddLocalRedis(this IDistributedApplicationBuilder builder, string name, string folder)
    {
        var redis = new LocalRedis(name, folder);
        builder.Services.AddHealthChecks().AddAsyncCheck($"{name}_ping", redis.PingAsync);
        return builder.AddResource(redis)
            .WithEndpoint(scheme: "tcp", name: "tcp")
            .WithArgs("--bind", "127.0.0.1", "--port", redis.Endpoint.Property(EndpointProperty.TargetPort))
            .WithArgs("--dir", folder, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction")
            .WithHealthCheck($"{name}_ping")
            .ExcludeFromManifest();
    }
}

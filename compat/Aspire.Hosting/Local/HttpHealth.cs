using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Local;

/// <summary>Asks every copy of a resource over HTTP whether it works.</summary>
internal sealed class HttpHealth(IResourceWithEndpoints resource, string path, int statusCode, string? endpointName) : IHealthCheck
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    public static string Register(IServiceCollection services, IResourceWithEndpoints resource, string path, int statusCode, string? endpointName)
    {
        var key = $"{resource.Name}_{endpointName ?? "http"}_{path}_{statusCode}_check";
        services.AddHealthChecks().AddCheck(key, new HttpHealth(resource, path, statusCode, endpointName));
        return key;
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var endpoint = resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(e => endpointName is null ? e.UriScheme is "http" or "https" : string.Equals(e.Name, endpointName, StringComparison.OrdinalIgnoreCase));
        if (endpoint is null)
            return HealthCheckResult.Unhealthy($"Resource '{resource.Name}' has no HTTP endpoint '{endpointName ?? "http"}' to ask for its health.");
        foreach (var port in endpoint.ReplicaPorts)
        {
            var uri = new Uri($"{endpoint.UriScheme}://localhost:{port}/{path.TrimStart('/')}");
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                if (endpoint.Transport == "http2")
                    (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
                using var response = await s_client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if ((int)response.StatusCode != statusCode)
                    return HealthCheckResult.Unhealthy($"{uri} answered {(int)response.StatusCode} instead of {statusCode}.");
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                return HealthCheckResult.Unhealthy($"{uri} does not answer: {error.Message}");
            }
        }

        return HealthCheckResult.Healthy();
    }
}

using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>Turns the host's health checks into the serving status of a service.</summary>
internal sealed class HealthReports(
    HealthCheckService checks,
    IOptions<HealthCheckServiceOptions> registrations,
    IOptions<GrpcHealthChecksOptions> options,
    PublishedHealth published)
{
    private readonly Dictionary<string, HealthCheckMapContext> _contexts = registrations.Value.Registrations
        .ToDictionary(check => check.Name, check => new HealthCheckMapContext(check.Name, check.Tags), StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when the service is not mapped.</summary>
    public async Task<HealthCheckResponse.Types.ServingStatus?> StatusAsync(string service, CancellationToken cancellationToken)
    {
        if (!options.Value.Services.TryGet(service, out var mapping))
            return null;
        if (options.Value.UseHealthChecksCache)
            return published.Latest is { } report ? StatusOf(report, mapping) : HealthCheckResponse.Types.ServingStatus.NotServing;
        return StatusOf(
            await checks.CheckHealthAsync(check => Takes(mapping, check.Name), cancellationToken).ConfigureAwait(false), mapping);
    }

    /// <summary>Of a report over all checks; null when the service is not mapped.</summary>
    public HealthCheckResponse.Types.ServingStatus? StatusOf(HealthReport report, string service) =>
        options.Value.Services.TryGet(service, out var mapping) ? StatusOf(report, mapping) : null;

    private HealthCheckResponse.Types.ServingStatus StatusOf(HealthReport report, ServiceMapping mapping) =>
        report.Entries.Any(entry => entry.Value.Status == HealthStatus.Unhealthy && Takes(mapping, entry.Key))
            ? HealthCheckResponse.Types.ServingStatus.NotServing
            : HealthCheckResponse.Types.ServingStatus.Serving;

    private bool Takes(ServiceMapping mapping, string check) =>
        mapping.HealthCheckPredicate is null
        || (_contexts.TryGetValue(check, out var context) && mapping.HealthCheckPredicate(context));
}

using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Transport;

namespace ServiceDefaults;

/// <summary>Traces, metrics and logs by OTLP, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. The exporter reads the other <c>OTEL_…</c> variables itself.</summary>
internal sealed class Telemetry(IHostEnvironment environment, IConfiguration configuration, CollectorTls tls) : IHostedService, IDisposable
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Grpc.Net.Client", "Agents.*", "Orchestrator.*"];
    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Agents.*", "Orchestrator.*"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public static void Add(IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[EndpointKey]))
            return;

        var tls = new CollectorTls(builder.Configuration);
        builder.Services.AddLinkCredentials("otlp", tls.Credentials);
        builder.Services.AddSingleton(tls);
        builder.Services.AddHostedService<Telemetry>();
        builder.Services.AddSingleton<IStartupFilter, RequestSpans>();
        builder.Logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.IncludeScopes = true;
            options.SetResourceBuilder(Resource(builder.Environment, builder.Configuration));
            options.AddOtlpExporter(tls.Apply);
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = Resource(environment, configuration);
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(AddConfiguration)
            .SetResourceBuilder(resource).AddSource(Sources).AddProcessor(new RequestSpans()).AddOtlpExporter(tls.Apply).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(AddConfiguration)
            .SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter(tls.Apply).Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Disposing flushes.
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // The exporter's OTEL_ settings may stand wherever the others do, and not in the environment alone.
    private void AddConfiguration(IServiceCollection services) => services.AddSingleton(configuration);

    private static ResourceBuilder Resource(IHostEnvironment environment, IConfiguration configuration) => ResourceBuilder.CreateDefault()
        .AddService(configuration["OTEL_SERVICE_NAME"] ?? environment.ApplicationName)
        .AddEnvironmentVariableDetector();
}

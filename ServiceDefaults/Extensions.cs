using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Limits;
using Transport;

namespace ServiceDefaults;

/// <summary>What every service of the system has: health, gRPC defaults, reflection, logging and telemetry.</summary>
public static class Extensions
{
    /// <summary>The largest gRPC message that a service sends or receives, in bytes (16 MiB). Larger values are artifacts.</summary>
    public const int MaxMessageBytes = 16 * 1024 * 1024;

    /// <summary>The tag of health checks that say whether the process works at all; the others say whether it is ready.</summary>
    public const string LiveTag = "live";

    /// <summary>
    /// Adds health checks, the limits of the server (section <c>Limits</c>), gRPC with message limits, error funnel, health and
    /// reflection services, telemetry, and TLS.
    /// Configuration: <c>Logging:Json</c> (true: one JSON object a line on the console; default false),
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (unset: nothing is exported).
    /// </summary>
    /// <typeparam name="TBuilder">The kind of application builder.</typeparam>
    /// <param name="builder">The application.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTransport();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddGrpc(ConfigureGrpc);
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddGrpcReflection();
        if (builder.Configuration.GetValue("Logging:Json", false))
            builder.Logging.AddJsonConsole(options => (options.UseUtcTimestamp, options.IncludeScopes) = (true, true));
        builder.Services.AddTransient<IStartupFilter, MalformedCalls>();
        builder.Services.AddTransient<IStartupFilter, ProbeOnly>();
        // What a method throws is logged by the interceptor; what is left here are messages of callers that cannot be read.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        ServerLimits.Add(builder.Services);
        Telemetry.Add(builder);
        return builder;
    }

    /// <summary>Maps <c>/health</c> (all checks), <c>/alive</c> (those tagged <see cref="LiveTag"/>), <c>grpc.health.v1</c> and server reflection. All of them are open: whoever asks shows nothing.</summary>
    /// <typeparam name="TApplication">The kind of application.</typeparam>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    public static TApplication MapDefaultEndpoints<TApplication>(this TApplication app)
        where TApplication : IEndpointRouteBuilder
    {
        app.MapHealthChecks("/health").AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).AllowAnonymous().DisableRateLimiting();
        app.MapGrpcHealthChecksService().AllowAnonymous().DisableRateLimiting();
        app.MapGrpcReflectionService().AllowAnonymous();
        return app;
    }

    private static void ConfigureGrpc(GrpcServiceOptions options)
    {
        options.MaxReceiveMessageSize = MaxMessageBytes;
        options.MaxSendMessageSize = MaxMessageBytes;
        options.EnableDetailedErrors = false;
        options.Interceptors.Add<ErrorInterceptor>();
    }
}

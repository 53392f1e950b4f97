using Grpc.AspNetCore.Server;
using Orchestrator.Api.Grpc;
using Orchestrator.Api.Hub;
using Orchestrator.Api.Rest;
using ServiceDefaults;

namespace Orchestrator.Api;

/// <summary>What clients call.</summary>
internal static class ApiExtensions
{
    // A little more than is allowed, so that what is somewhat too large gets our own words.
    private const int MaxMessageBytes = 4 * RequestLimits.MaxRequestBytes;

    /// <summary>Adds the edge's own services.</summary>
    public static IServiceCollection AddAgentsApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IErrorMapper, RefusalMapper>();
        // The routes for unknown services match any path of two parts, and would hide that a method is not allowed at one
        // of ours. Without them an unknown service is HTTP 404, which gRPC clients take for UNIMPLEMENTED all the same.
        services.Configure<GrpcServiceOptions>(options => options.IgnoreUnknownServices = true);
        services.AddGrpc().AddServiceOptions<OrchestratorGrpcService>(Limit).AddServiceOptions<InsightGrpcService>(Limit);
        services.AddRestApi();
        services.AddRunsHub(configuration);
        return services;
    }

    /// <summary>Maps the API.</summary>
    public static void MapAgentsApi(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<OrchestratorGrpcService>();
        app.MapGrpcService<InsightGrpcService>();
        app.MapGrpcService<ArtifactGrpcService>();
        app.MapGrpcService<AccessGrpcService>();
        app.MapRestApi();
        app.MapRunsHub();
    }

    private static void Limit<T>(GrpcServiceOptions<T> options)
        where T : class
    {
        options.MaxReceiveMessageSize = MaxMessageBytes;
        options.Interceptors.Add<LimitsInterceptor>();
    }
}

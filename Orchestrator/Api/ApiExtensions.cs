using Orchestrator.Api.Grpc;
using ServiceDefaults;

namespace Orchestrator.Api;

/// <summary>What clients call.</summary>
internal static class ApiExtensions
{
    /// <summary>Adds the edge's own services.</summary>
    public static IServiceCollection AddAgentsApi(this IServiceCollection services)
    {
        services.AddSingleton<IErrorMapper, RefusalMapper>();
        return services;
    }

    /// <summary>Maps the API.</summary>
    public static void MapAgentsApi(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<OrchestratorGrpcService>();
        app.MapGrpcService<ArtifactGrpcService>();
    }
}

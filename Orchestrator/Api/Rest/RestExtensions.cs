using Microsoft.AspNetCore.Authorization;
using Orchestrator.Api.OpenApi;

namespace Orchestrator.Api.Rest;

/// <summary>The REST API.</summary>
internal static class RestExtensions
{
    /// <summary>Adds what <see cref="MapRestApi"/> needs, the funnel for errors included.</summary>
    public static IServiceCollection AddRestApi(this IServiceCollection services)
    {
        services.AddOptions<RestOptions>().BindConfiguration("Api").ValidateDataAnnotations().ValidateOnStart();
        services.AddTransient<IStartupFilter, RestErrorsFilter>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddAgentsOpenApi();
        return services;
    }

    /// <summary>Maps <c>/api</c> and <c>/openapi/v1.json</c>. Needs <see cref="AddRestApi"/>.</summary>
    public static void MapRestApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api");
        RunEndpoints.Map(api);
        RunEventsEndpoint.Map(api);
        ControlEndpoints.Map(api);
        ApprovalEndpoints.Map(api);
        ScheduleEndpoints.Map(api);
        QueueEndpoint.Map(api);
        AgentMetricsEndpoint.Map(api);
        ArtifactEndpoints.Map(api);
        CatalogEndpoints.Map(api);
        PlaybookEndpoints.Map(api);
        PolicyEndpoints.Map(api);
        AuditEndpoints.Map(api);
        OverviewEndpoint.Map(api);
        KeyEndpoints.Map(api);
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }

    // Outermost, wherever in the pipeline the endpoints are: unknown routes and wrong methods have no endpoint.
    private sealed class RestErrorsFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<RestErrors>();
            next(app);
        };
    }
}

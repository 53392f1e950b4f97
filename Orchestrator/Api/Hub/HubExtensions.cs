using Microsoft.AspNetCore.SignalR;
using Orchestrator.Api.Limits;

namespace Orchestrator.Api.Hub;

/// <summary>The hub for SignalR clients.</summary>
internal static class HubExtensions
{
    /// <summary>Where it is.</summary>
    public const string Path = "/hubs/runs";

    private const string Azure = "Azure:SignalR:ConnectionString";

    /// <summary>Adds what <see cref="MapRunsHub"/> needs. With <c>Azure:SignalR:ConnectionString</c> clients are connected by that service.</summary>
    public static IServiceCollection AddRunsHub(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LiveOptions>().BindConfiguration("Hub").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RunFeeds>();
        services.AddSingleton<TenantLooks>();
        var signalR = services.AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = RequestLimits.MaxRequestBytes;
            options.AddFilter<HubAccess>();
            options.AddFilter<HubCalls>();
        });
        if (configuration[Azure] is { Length: > 0 } connection)
        {
            signalR.AddAzureSignalR(connection);
        }

        return services;
    }

    /// <summary>Maps <c>/hubs/runs</c>.</summary>
    public static void MapRunsHub(this IEndpointRouteBuilder app) => app.MapHub<RunsHub>(Path);
}

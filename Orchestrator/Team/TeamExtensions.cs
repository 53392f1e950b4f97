using System.Security.Claims;
using Orchestrator.Access;

namespace Orchestrator.Team;

/// <summary>An orchestrator as an agent of another: master and team.</summary>
internal static class TeamExtensions
{
    /// <summary>Adds what serves a master, where <c>Team:Master</c> names one.</summary>
    public static IServiceCollection AddTeam(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TeamOptions>().BindConfiguration("Team").ValidateDataAnnotations().ValidateOnStart();
        if (!HasMaster(configuration))
            return services;
        services.AddSingleton<TeamToken>();
        services.AddSingleton<ICallToken>(provider => new Shown(provider.GetRequiredService<TeamToken>().Text));
        services.AddSingleton<MasterLink>();
        services.AddSingleton<TeamFences>();
        services.AddSingleton<TeamLoad>();
        services.AddSingleton<TeamInputs>();
        services.AddSingleton<TeamRuns>();
        services.AddSingleton<TeamFollower>();
        services.AddSingleton<TeamGrpcService>();
        services.AddSingleton<TeamAddress>();
        services.AddHostedService<TeamRegistration>();
        return services;
    }

    /// <summary>Maps what a master calls, where there is one.</summary>
    public static void MapTeam(this WebApplication app)
    {
        if (HasMaster(app.Configuration))
            app.MapGrpcService<TeamGrpcService>();
    }

    private sealed record Shown(string Text) : ICallToken
    {
        public ClaimsPrincipal Caller { get; } = CallerIdentity.Master;
    }

    private static bool HasMaster(IConfiguration configuration) => !string.IsNullOrEmpty(configuration["Team:Master"]);
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Audit;
using Orchestrator.Context;
using Orchestrator.Dispatch;
using Orchestrator.Figures;
using Orchestrator.Policy;

namespace Orchestrator.Processing;

/// <summary>The engine, and the services that agents call.</summary>
internal static class EngineExtensions
{
    /// <summary>Adds processors, dispatch, registry, context and policy.</summary>
    public static IServiceCollection AddRunEngine(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<DispatchOptions>().BindConfiguration("Dispatch").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AgentRegistry>();
        services.AddSingleton<IAgentDirectory>(provider => provider.GetRequiredService<AgentRegistry>());
        services.AddSingleton<AttemptCredentials>();
        services.AddSingleton<AttemptDirectory>();
        services.AddSingleton<Dispatcher>();
        services.AddOptions<ReplicaOptions>().BindConfiguration("Replicas").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<TenantBudgetOptions>().BindConfiguration("Budgets").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TenantBudgets>();
        services.AddSingleton<Replica>();
        services.AddSingleton<OpenRuns>();
        services.AddSingleton<RunHost>();
        services.AddSingleton<RunReader>();
        services.AddSingleton<RecentEvents>();
        services.AddSingleton<RunCommands>();
        services.AddSingleton<AgentMetrics>();
        services.AddSingleton<DayBook>();
        services.AddSingleton<Overview>();
        services.AddSingleton<SubRuns>();
        services.AddSingleton<IRunEngine, RunEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditHeads>()); // before the runs: it stops after them
        services.AddHostedService(provider => provider.GetRequiredService<RunHost>());
        services.AddHostedService<InstanceSharing>();
        services.AddSingleton<AgentMeters>();
        services.AddHostedService(provider => provider.GetRequiredService<AgentMeters>());
        services.AddHostedService<QueueMeters>();
        services.AddHostedService<ReplicaMeters>();
        services.AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddOptions<PolicyOptions>().BindConfiguration("Policy").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AuditOptions>().BindConfiguration("Audit").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AuditHeads>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<EventSearch>();
        services.AddSingleton<PolicySource>();
        services.AddSingleton<PolicyDecider>();
        services.AddSingleton<PolicyDesk>();
        services.AddHealthChecks().AddCheck<RunHost>("runs");
        return services;
    }

    /// <summary>Maps registration, context and policy.</summary>
    public static void MapAgentServices(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<PolicySource>(); // a broken policy ends the start, not the first call
        app.MapGrpcService<RegistryGrpcService>();
        app.MapGrpcService<ContextGrpcService>();
        app.MapGrpcService<PolicyGrpcService>();
    }
}

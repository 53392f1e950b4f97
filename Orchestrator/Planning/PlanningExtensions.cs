namespace Orchestrator.Planning;

/// <summary>How requests become plans.</summary>
internal static class PlanningExtensions
{
    /// <summary>
    /// Adds <see cref="RequestPlanner"/> and what it needs. Configuration: <c>Playbooks:Path</c> (default: the folder
    /// <c>playbooks</c> beside the assembly), <c>Planning:FreePlaybook</c> (default: none), <c>Workspaces:Roots</c> and <see cref="PackedWorkspaceOptions"/>. Needs an <see cref="Dispatch.IAgentDirectory"/>.
    /// </summary>
    public static IServiceCollection AddPlanning(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            var folder = configuration["Playbooks:Path"] is { Length: > 0 } path ? Path.GetFullPath(path) : Path.Combine(AppContext.BaseDirectory, "playbooks");
            var catalog = PlaybookCatalog.Load(folder);
            var logger = provider.GetRequiredService<ILogger<PlaybookCatalog>>();
            PlanningLog.Loaded(logger, catalog.Playbooks.Count, folder);
            foreach (var error in catalog.Errors)
                PlanningLog.BadPlaybook(logger, error.ToString());
            return catalog;
        });
        services.AddSingleton(provider => new WorkspaceRules(
            provider.GetRequiredService<IConfiguration>().GetSection("Workspaces:Roots").Get<string[]>() ?? []));
        services.AddOptions<PackedWorkspaceOptions>().BindConfiguration("Workspaces").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PackedWorkspaces>();
        services.AddSingleton<RunWorkspaces>();
        services.AddSingleton<SingleTasks>();
        services.AddSingleton(provider => new FreePlans(
            provider.GetRequiredService<Dispatch.IAgentDirectory>(), provider.GetRequiredService<IConfiguration>()["Planning:FreePlaybook"]));
        services.AddSingleton<RequestPlanner>();
        services.AddSingleton<PlaybookDesk>();
        services.AddSingleton<PlanPreviews>();
        services.AddSingleton<AgentTrials>();
        return services;
    }
}

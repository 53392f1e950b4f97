using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>Passes the application's settings of language models on: environment, appsettings.json, user secrets, all alike.</summary>
internal static class Models
{
    private const string Section = "Models";

    /// <summary>Gives an agent the section <c>Models</c>. Not to published manifests: they would hold the key.</summary>
    public static IResourceBuilder<ProjectResource> WithModels(this IResourceBuilder<ProjectResource> builder)
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;
        foreach (var (name, value) in builder.ApplicationBuilder.Configuration.GetSection(Section).AsEnumerable())
        {
            if (value is not null)
                builder.WithEnvironment(name.Replace(":", "__", StringComparison.Ordinal), value);
        }

        return builder;
    }

    /// <summary>Lets the orchestrator take requests that no playbook fits, where the planner has a model.</summary>
    public static IResourceBuilder<ProjectResource> WithFreePlans(this IResourceBuilder<ProjectResource> builder) =>
        PlannerHasModel(builder.ApplicationBuilder.Configuration.GetSection(Section)) ? builder.WithEnvironment("Planning__FreePlaybook", "free") : builder;

    private static bool PlannerHasModel(IConfigurationSection models) =>
        (models["Roles:planner"] ?? models["Provider"]) is { Length: > 0 } provider && !provider.Split('/')[0].Equals("none", StringComparison.OrdinalIgnoreCase);
}

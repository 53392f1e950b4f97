using Microsoft.Extensions.DependencyInjection;

namespace AppHost;

/// <summary>What all services of the application have in common.</summary>
internal static class Services
{
    private const int MostRestarts = 5;
    private static readonly TimeSpan s_calm = TimeSpan.FromMinutes(5);

    /// <summary>Lets the orchestrator keep what it keeps in the folders of this app host.</summary>
    public static IResourceBuilder<ProjectResource> WithData(this IResourceBuilder<ProjectResource> builder, Setup setup) => setup.Publishes ? builder : builder
        .WithEnvironment("Store__Kind", setup.Store == StoreKind.Embedded ? "embedded" : "redis")
        .WithEnvironment("Store__Path", setup.Home.Data)
        .WithEnvironment("Artifacts__Path", setup.Home.Artifacts)
        .WithEnvironment("Security__KeyFile", setup.Home.KeyFile)
        .WithEnvironment("Console__TraceLink", setup.Dashboard?.TraceLink ?? "");

    /// <summary>Lets a service work on the workspace, and starts it again when it dies.</summary>
    public static IResourceBuilder<ProjectResource> WithService(this IResourceBuilder<ProjectResource> builder, Setup setup) => setup.Publishes ? builder : builder
        .WithEnvironment("DOTNET_ENVIRONMENT", "Development")
        .WithEnvironment("Workspaces__Roots__0", setup.Workspace)
        .WithEnvironment("Workspaces__CachePath", setup.Home.Workspaces)
        .WithRestarts();

    /// <summary>Starts a copy that died again: at once, but not for ever.</summary>
    private static IResourceBuilder<ProjectResource> WithRestarts(this IResourceBuilder<ProjectResource> builder)
    {
        var deaths = new Queue<DateTime>();
        builder.ApplicationBuilder.Eventing.Subscribe<ResourceStoppedEvent>(builder.Resource, (stopped, cancellationToken) =>
        {
            var end = stopped.ResourceEvent.Snapshot;
            if (end.State?.Text != KnownResourceStates.Exited || end.StopTimeStamp is not { } now)
                return Task.CompletedTask;
            lock (deaths)
            {
                while (deaths.TryPeek(out var first) && now - first > s_calm)
                    deaths.Dequeue();
                deaths.Enqueue(now);
                if (deaths.Count > MostRestarts)
                    return Task.CompletedTask;
            }

            // Not awaited: the copy has to be told of its end before it can start anew.
            _ = stopped.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(stopped.ResourceEvent.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
            return Task.CompletedTask;
        });
        return builder;
    }
}

using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The application's resources as the pages show them.</summary>
internal sealed class ResourceCatalog(DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService logs, ResourceCommandService commands)
{
    /// <summary>Every copy of every resource that has a state, in the order of the application's description.</summary>
    public IReadOnlyList<ResourceEvent> All() =>
    [
        .. model.Resources.Where(resource => resource is not ParameterResource).SelectMany(logs.IdsOf)
            .Select(id => notifications.TryGetCurrentState(id, out var state) ? state : null).OfType<ResourceEvent>(),
    ];

    /// <summary>One copy; null: there is none of that id.</summary>
    public ResourceEvent? Find(string id) => All().FirstOrDefault(resource => resource.ResourceId == id);

    /// <summary>What a copy writes, beginning with what is kept.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> LogsAsync(string id) => logs.WatchAsync(id);

    /// <summary>Starts, stops or restarts a copy.</summary>
    /// <returns>What went wrong; null: nothing.</returns>
    public async Task<string?> CommandAsync(string id, string command, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(id, command, cancellationToken);
        return result.Success ? null : result.ErrorMessage ?? "It was given up.";
    }

    /// <summary>The commands that make sense now.</summary>
    public static IReadOnlyList<(string Name, string Title)> Commands(ResourceEvent resource) => resource.Snapshot.State?.Text switch
    {
        "Running" => [(KnownResourceCommands.StopCommand, "Stop"), (KnownResourceCommands.RestartCommand, "Restart")],
        "Finished" or "Exited" or "FailedToStart" or "NotStarted" => [(KnownResourceCommands.StartCommand, "Start")],
        _ => [],
    };
}

using Aspire.Hosting.Local;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The commands that every resource with processes has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts it.</summary>
    public static readonly string StartCommand = "resource-start";

    /// <summary>Stops it.</summary>
    public static readonly string StopCommand = "resource-stop";

    /// <summary>Stops it and starts it again.</summary>
    public static readonly string RestartCommand = "resource-restart";
}

/// <summary>Carries out commands on resources.</summary>
public class ResourceCommandService
{
    private readonly LocalHost _host;

    internal ResourceCommandService(LocalHost host) => _host = host;

    /// <summary>Carries out a command on every copy of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="commandName">The command, such as <see cref="KnownResourceCommands.RestartCommand"/>.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>How it went.</returns>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resource.Name, commandName, cancellationToken);

    /// <summary>Carries out a command on one copy of a resource.</summary>
    /// <param name="resourceId">The copy, or a resource's name for all its copies.</param>
    /// <param name="commandName">The command, such as <see cref="KnownResourceCommands.RestartCommand"/>.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>How it went.</returns>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var instances = _host.Find(resourceId);
        if (instances.Length == 0)
            return CommandResults.Failure($"Resource '{resourceId}' was not found or has no processes.");
        try
        {
            await Task.WhenAll(instances.Select(i => Carry(i, commandName, cancellationToken)));
            return CommandResults.Success();
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception error)
        {
            return CommandResults.Failure(error);
        }
    }

    private static async Task Carry(ResourceInstance instance, string command, CancellationToken cancellationToken)
    {
        if (command != KnownResourceCommands.StartCommand && command != KnownResourceCommands.StopCommand && command != KnownResourceCommands.RestartCommand)
            throw new DistributedApplicationException($"Command '{command}' is not available for resource '{instance.Id}'.");
        if (command != KnownResourceCommands.StartCommand)
            await instance.StopAsync(cancellationToken);
        if (command != KnownResourceCommands.StopCommand)
            await instance.StartAsync(cancellationToken);
    }
}

/// <summary>How a command went.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it did what it says.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was given up.</summary>
    public bool Canceled { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>Makes results of commands.</summary>
public static class CommandResults
{
    /// <summary>It worked.</summary>
    /// <returns>The result.</returns>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It was given up.</summary>
    /// <returns>The result.</returns>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };

    /// <summary>It failed.</summary>
    /// <param name="errorMessage">What went wrong.</param>
    /// <returns>The result.</returns>
    public static ExecuteCommandResult Failure(string errorMessage) => new() { Success = false, ErrorMessage = errorMessage };

    /// <summary>It failed.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <returns>The result.</returns>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Sets environment variables of a resource, when it starts.</summary>
public class EnvironmentCallbackAnnotation : IResourceAnnotation
{
    /// <summary>Sets one variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="callback">Gives its value.</param>
    public EnvironmentCallbackAnnotation(string name, Func<string> callback) =>
        Callback = context =>
        {
            context.EnvironmentVariables[name] = callback();
            return Task.CompletedTask;
        };

    /// <summary>Sets variables.</summary>
    /// <param name="callback">Sets them.</param>
    public EnvironmentCallbackAnnotation(Action<EnvironmentCallbackContext> callback) =>
        Callback = context =>
        {
            callback(context);
            return Task.CompletedTask;
        };

    /// <summary>Sets variables.</summary>
    /// <param name="callback">Sets them.</param>
    public EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) => Callback = callback;

    /// <summary>Sets the variables.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; }
}

/// <summary>What an environment callback works on.</summary>
/// <param name="executionContext">Whether the application runs or is published.</param>
/// <param name="resource">The resource.</param>
/// <param name="environmentVariables">The variables so far: strings or value providers; null starts empty.</param>
/// <param name="cancellationToken">Stops the callback.</param>
public class EnvironmentCallbackContext(
    DistributedApplicationExecutionContext executionContext,
    IResource resource,
    Dictionary<string, object>? environmentVariables = null,
    CancellationToken cancellationToken = default)
{
    /// <summary>The variables so far: strings or value providers.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Stops the callback.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource's log.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}

/// <summary>Adds command line arguments of a resource, when it starts.</summary>
public class CommandLineArgsCallbackAnnotation : IResourceAnnotation
{
    /// <summary>Adds arguments.</summary>
    /// <param name="callback">Adds them.</param>
    public CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) => Callback = callback;

    /// <summary>Adds arguments.</summary>
    /// <param name="callback">Adds them.</param>
    public CommandLineArgsCallbackAnnotation(Action<IList<object>> callback) =>
        Callback = context =>
        {
            callback(context.Args);
            return Task.CompletedTask;
        };

    /// <summary>Adds the arguments.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; }
}

/// <summary>What an argument callback works on.</summary>
public sealed class CommandLineArgsCallbackContext
{
    /// <summary>Creates the context.</summary>
    /// <param name="args">The arguments so far: strings or value providers.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="cancellationToken">Stops the callback.</param>
    public CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
    {
        Args = args;
        Resource = resource;
        CancellationToken = cancellationToken;
    }

    /// <summary>The arguments so far: strings or value providers.</summary>
    public IList<object> Args { get; }

    /// <summary>The resource.</summary>
    public IResource Resource { get; }

    /// <summary>Stops the callback.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; set; } = new(DistributedApplicationOperation.Run);

    /// <summary>The resource's log.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}

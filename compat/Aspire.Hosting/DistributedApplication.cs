using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application of several processes.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private int _disposed;

    /// <summary>Wraps a host that has the application's services.</summary>
    /// <param name="host">The host.</param>
    public DistributedApplication(IHost host) => _host = host;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>How the resources are.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Commands on the resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>The program that described the application, where a test runs it; else null.</summary>
    internal EntryPoint? StartedByTest { get; set; }

    /// <summary>Begins an application without arguments.</summary>
    /// <returns>Its builder.</returns>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>Begins an application.</summary>
    /// <param name="args">Settings such as <c>--Parameters:name=value</c>.</param>
    /// <returns>Its builder.</returns>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Begins an application.</summary>
    /// <param name="options">How it is to run.</param>
    /// <returns>Its builder.</returns>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts the application. Returns when its processes are on their way; those that wait for others start later.</summary>
    /// <param name="cancellationToken">Stops starting.</param>
    /// <returns>A task that ends when it is started. Throws <see cref="DistributedApplicationException"/> when a port is taken or the model is wrong.</returns>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (EntryPoint.Current is { } entryPoint)
        {
            await entryPoint.WaitForStartAsync(cancellationToken);
            return;
        }

        try
        {
            await _host.StartAsync(cancellationToken);
            StartedByTest?.Started(error: null);
        }
        catch (Exception error)
        {
            StartedByTest?.Started(error);
            throw;
        }
    }

    /// <summary>Stops all processes: those that wait for others first, SIGTERM first, SIGKILL after 10 seconds.</summary>
    /// <param name="cancellationToken">Kills what still runs.</param>
    /// <returns>A task that ends when all have ended.</returns>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <summary>Runs the application until Ctrl+C, SIGTERM or the token.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all processes have ended.</returns>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await StartAsync(cancellationToken);
            await this.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Runs the application until Ctrl+C or SIGTERM.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc />
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        // The test's program leaves the application to the test.
        if (EntryPoint.Current is not null || Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        // The processes end while the services that they are watched by are still there.
        if (Services.GetService<LocalHost>() is { } processes)
            await processes.DisposeAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

/// <summary>The application cannot be as it was described.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>Says nothing.</summary>
    public DistributedApplicationException()
    {
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What is wrong.</param>
    public DistributedApplicationException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and why.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">Why.</param>
    public DistributedApplicationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Nobody gave a value for a parameter.</summary>
/// <param name="message">Which, and how to give one.</param>
public class MissingParameterValueException(string message) : DistributedApplicationException(message);

/// <summary>How the application is to run.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Settings such as <c>--Parameters:name=value</c>; null is none.</summary>
    public string[]? Args { get; set; }

    /// <summary>The name of the app host's assembly; null is the program's.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The folder of the app host's project; null is found by its assembly.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether the dashboard is left out.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether HTTP without TLS is allowed. Here it always is.</summary>
    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>Whether the resources' logs are written on the console, each line with the resource's name in front; false by default.</summary>
    public bool EnableResourceLogging { get; set; }
}

/// <summary>Whether the application runs or is published.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>It runs.</summary>
    Run,

    /// <summary>Its manifests are written.</summary>
    Publish,
}

/// <summary>Whether the application runs or is published.</summary>
/// <param name="operation">Which.</param>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    /// <summary>Which of both.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>Whether manifests are written.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether it runs.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
}

using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Local;

/// <summary>
/// An app host's program that a test runs inside its own process. The program waits where it builds the application and
/// where it starts it, until the test says so; both then share one application.
/// </summary>
internal sealed class EntryPoint(Assembly assembly)
{
    private static readonly AsyncLocal<EntryPoint?> s_current = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The program whose code is running here; null outside of tests.</summary>
    public static EntryPoint? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    public Assembly Assembly => assembly;

    public Action<DistributedApplicationOptions, HostApplicationBuilderSettings>? Configure { get; init; }

    public Action<DistributedApplicationBuilder>? Created { get; init; }

    public Task<DistributedApplicationBuilder> Described => _described.Task;

    /// <summary>Called by the program: it has described everything.</summary>
    public void WaitForBuild(DistributedApplicationBuilder builder)
    {
        _described.TrySetResult(builder);
        _mayBuild.Task.GetAwaiter().GetResult();
    }

    /// <summary>Called by the program: here is the application.</summary>
    public void Built(DistributedApplication application)
    {
        application.StartedByTest = this;
        _built.TrySetResult(application);
    }

    /// <summary>Called by the test.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult();
        return _built.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Called by the program.</summary>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    /// <summary>Called when the test has started the application, or failed to.</summary>
    public void Started(Exception? error)
    {
        if (error is null)
            _started.TrySetResult();
        else
            _started.TrySetException(error);
    }

    /// <summary>The program ended, or the test gives up: nobody waits any longer.</summary>
    public void Abandon(Exception error)
    {
        _described.TrySetException(error);
        _mayBuild.TrySetException(error);
        _built.TrySetException(error);
        _started.TrySetException(error);
        // Nobody may have asked.
        _ = _described.Task.Exception;
        _ = _mayBuild.Task.Exception;
        _ = _built.Task.Exception;
        _ = _started.Task.Exception;
    }
}

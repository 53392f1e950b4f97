using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows how every running copy is, and tells of changes.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly IOptions<ResourceNotificationServiceOptions>? _options;
    private readonly CancellationTokenSource _stopping;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];

    /// <summary>Creates the service.</summary>
    /// <param name="logger">Its log.</param>
    /// <param name="hostApplicationLifetime">Ends all waiting when the application stops.</param>
    /// <param name="serviceProvider">The application's services.</param>
    /// <param name="resourceLoggerService">The resources' logs.</param>
    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _options = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>();
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(hostApplicationLifetime.ApplicationStopping);
    }

    internal WaitBehavior DefaultWaitBehavior => _options?.Value.DefaultWaitBehavior ?? WaitBehavior.WaitOnResourceUnavailable;

    /// <summary>Waits until a resource has a state.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="targetState">The state; null means running.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A task that ends when it has.</returns>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until a resource has one of some states.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="targetStates">The states.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The state it has.</returns>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToArray();
        var found = await WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text is { } text && wanted.Contains(text, StringComparer.OrdinalIgnoreCase), cancellationToken);
        return found.Snapshot.State!.Text;
    }

    /// <summary>Waits until a running copy of a resource is as wanted.</summary>
    /// <param name="resourceName">The resource's name, or a copy's.</param>
    /// <param name="predicate">Whether it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it is.</returns>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        await foreach (var change in WatchAsync(either.Token).ConfigureAwait(false))
        {
            if (Matches(change, resourceName) && predicate(change))
                return change;
        }

        throw new OperationCanceledException($"The application stopped before the resource '{resourceName}' was as wanted.");
    }

    /// <summary>Waits until a resource runs and its health checks pass, in every copy.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it is.</returns>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    /// <summary>Waits until a resource runs and its health checks pass, in every copy.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="waitBehavior">Whether its end is waited out, or an error.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it is. Throws <see cref="DistributedApplicationException"/> when it ended and that is an error.</returns>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var result = await WaitForResourceAsync(
            resourceName,
            e => AllOf(e).All(r => r.Snapshot.HealthStatus == HealthStatus.Healthy)
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsTerminal(e)),
            cancellationToken);
        return waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsTerminal(result)
            ? throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it is in the state {result.Snapshot.State?.Text}{Code(result)}.")
            : result;
    }

    /// <summary>Waits for what a resource waits for.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A task that ends when nothing is missing. Throws <see cref="DistributedApplicationException"/> when it cannot.</returns>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitAsync(resource, wait, cancellationToken)));

    /// <summary>Watches all changes, beginning with how everything is now.</summary>
    /// <param name="cancellationToken">Stops watching.</param>
    /// <returns>The changes.</returns>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_gate)
        {
            foreach (var state in _states.Values)
                channel.Writer.TryWrite(state);
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return change;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(channel);
        }
    }

    /// <summary>Looks up how a running copy is.</summary>
    /// <param name="resourceId">The copy.</param>
    /// <param name="resourceEvent">How it is; null when nothing is known.</param>
    /// <returns>Whether something is known.</returns>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
            return _states.TryGetValue(resourceId, out resourceEvent);
    }

    /// <summary>Records a change of a resource that has one copy.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="stateFactory">Makes the new snapshot of the old one.</param>
    /// <returns>A task that ends when it is recorded.</returns>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory) =>
        PublishUpdateAsync(resource, resource.Name, stateFactory);

    /// <summary>Records a change of a running copy.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="resourceId">The copy.</param>
    /// <param name="stateFactory">Makes the new snapshot of the old one.</param>
    /// <returns>A task that ends when it is recorded.</returns>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_gate)
        {
            var old = _states.GetValueOrDefault(resourceId)?.Snapshot
                ?? new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal), Properties = ImmutableArray<ResourcePropertySnapshot>.Empty };
            var now = stateFactory(old);
            if (ReferenceEquals(now, old))
                return Task.CompletedTask;
            var change = new ResourceEvent(resource, resourceId, now);
            _states[resourceId] = change;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(change);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private static bool IsTerminal(ResourceEvent e) => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? "");

    private static string Code(ResourceEvent e) => e.Snapshot.ExitCode is { } code ? $" with exit code {code}" : "";

    private static bool Matches(ResourceEvent e, string name) =>
        string.Equals(e.Resource.Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(e.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    private ResourceEvent[] AllOf(ResourceEvent e)
    {
        lock (_gate)
            return [.. _states.Values.Where(s => ReferenceEquals(s.Resource, e.Resource))];
    }

    private async Task WaitAsync(IResource waiting, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var behavior = wait.WaitBehavior ?? DefaultWaitBehavior;
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            var ended = await WaitForResourceAsync(name, IsTerminal, cancellationToken);
            if (ended.Snapshot.ExitCode != wait.ExitCode)
                throw new DistributedApplicationException($"Resource '{waiting.Name}' waits for '{name}' to complete with exit code {wait.ExitCode}, but it is in the state {ended.Snapshot.State?.Text}{Code(ended)}.");
            return;
        }

        if (wait.Resource is IResourceWithoutLifetime)
            return;
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            await WaitForResourceHealthyAsync(name, behavior, cancellationToken);
            return;
        }

        var started = await WaitForResourceAsync(name, e => e.Snapshot.State?.Text == KnownResourceStates.Running || (behavior == WaitBehavior.StopOnResourceUnavailable && IsTerminal(e)), cancellationToken);
        if (IsTerminal(started))
            throw new DistributedApplicationException($"Resource '{waiting.Name}' waits for '{name}', which is in the state {started.Snapshot.State?.Text}{Code(started)}.");
    }
}

/// <summary>Settings of <see cref="ResourceNotificationService"/>.</summary>
public class ResourceNotificationServiceOptions
{
    /// <summary>What to do when a resource that is waited for fails; waits on by default, except under tests.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; } = WaitBehavior.WaitOnResourceUnavailable;
}

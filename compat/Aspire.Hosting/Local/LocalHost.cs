using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>Runs the application's resources as child processes.</summary>
internal sealed class LocalHost : IHostedService, IAsyncDisposable
{
    private readonly DistributedApplicationModel _model;
    private readonly IConfiguration _configuration;
    private readonly HealthCheckService _health;
    private readonly ResourceServices _services;
    private readonly PortBook _ports = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<ResourceInstance> _instances = [];
    private readonly List<Task> _work = [];
    private Task? _stopped;

    public LocalHost(
        DistributedApplicationModel model, IConfiguration configuration, DistributedApplicationExecutionContext execution, HealthCheckService health,
        IDistributedApplicationEventing eventing, ResourceNotificationService notifications, ResourceLoggerService logs, IServiceProvider provider,
        TimeProvider clock, ILogger<LocalHost> logger, Assembly? appHost = null)
    {
        _model = model;
        _configuration = configuration;
        _health = health;
        _services = new ResourceServices(provider, eventing, notifications, logs, new LaunchPlan(configuration, execution, appHost, Dashboard(provider)), clock, logger);
    }

    /// <summary>The running copies that a name means: of a resource, or one of them.</summary>
    public ResourceInstance[] Find(string name) =>
    [
        .. _instances.Where(i => string.Equals(i.Id, name, StringComparison.OrdinalIgnoreCase) || string.Equals(i.Resource.Name, name, StringComparison.OrdinalIgnoreCase)),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _services.Eventing.PublishAsync(new BeforeStartEvent(_services.Provider, _model), cancellationToken);
        CheckWaits();
        var running = _model.Resources.Where(r => r is ProjectResource or ExecutableResource or ContainerResource).Select(r => (r, Copies: r.GetReplicaCount())).ToArray();
        _ports.Allocate(running, bool.TryParse(_configuration["DcpPublisher:RandomizePorts"], out var randomize) && randomize);
        foreach (var (resource, copies) in running)
        {
            string[] ids = [.. Enumerable.Range(0, copies).Select(_ => $"{resource.Name}-{Random.Shared.GetString("bcdfghjklmnpqrstvwxz", 8)}")];
            _services.Logs.SetCopies(resource, ids);
            _instances.AddRange(ids.Select((id, index) => new ResourceInstance(resource, index, id, _services, _ports)));
        }

        foreach (var resource in _model.Resources.OfType<IResourceWithoutLifetime>())
            await _services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running });
        foreach (var instance in _instances)
            await instance.SayAsync(KnownResourceStates.NotStarted);
        foreach (var (resource, _) in running)
            await _services.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services.Provider), cancellationToken);
        foreach (var (resource, _) in running)
        {
            _work.Add(Task.Run(() => BringUpAsync(resource), CancellationToken.None));
            _work.Add(Task.Run(() => new HealthMonitor(resource, _services, _health).RunAsync(_ending.Token), CancellationToken.None));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopped ??= StopAllAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var instance in _instances)
            await instance.DisposeAsync();
        await Task.WhenAll(_work);
        _ports.Dispose();
    }

    /// <summary>Starts the copies of a resource once nothing that it waits for is missing.</summary>
    private async Task BringUpAsync(IResource resource)
    {
        if (resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            return;
        var instances = Find(resource.Name);
        try
        {
            if (resource.Annotations.OfType<WaitAnnotation>().Any())
            {
                await Task.WhenAll(instances.Select(i => i.SayAsync(KnownResourceStates.Waiting, KnownResourceStateStyles.Info)));
                await _services.Notifications.WaitForDependenciesAsync(resource, _ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (DistributedApplicationException error)
        {
            foreach (var instance in instances)
            {
                LocalLog.FailedToStart(_services.Logger, instance.Id, error.Message);
                await instance.SayAsync(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error);
            }

            return;
        }

        // One that cannot start has said so; its neighbours start all the same.
        await Task.WhenAll(instances.Select(i => i.StartAsync(_ending.Token))).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Stops what waits for others before the others.</summary>
    private async Task StopAllAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        foreach (var level in _instances.GroupBy(i => Depth(i.Resource)).OrderByDescending(g => g.Key))
            await Task.WhenAll(level.Select(i => i.CloseAsync(cancellationToken)));
    }

    private static Func<IReadOnlyDictionary<string, string>> Dashboard(IServiceProvider provider)
    {
        var dashboard = provider.GetService<DashboardHost>();
        return () => dashboard?.ForResources ?? new Dictionary<string, string>();
    }

    private static int Depth(IResource resource) =>
        1 + resource.Annotations.OfType<WaitAnnotation>().Select(w => Depth(w.Resource)).DefaultIfEmpty(0).Max();

    /// <summary>Two resources that wait for each other would wait for ever.</summary>
    private void CheckWaits()
    {
        foreach (var resource in _model.Resources)
            Follow(resource, []);

        static void Follow(IResource resource, IResource[] path)
        {
            if (path.Contains(resource))
                throw new DistributedApplicationException($"Resources wait for each other: {string.Join(" → ", path.SkipWhile(p => p != resource).Append(resource).Select(r => r.Name))}.");
            foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
                Follow(wait.Resource, [.. path, resource]);
        }
    }
}

using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Local;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc />
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _inner;
    private readonly DistributedApplicationOptions _options;
    private readonly ResourceCollection _resources = [];

    /// <summary>Begins an application.</summary>
    /// <param name="args">Settings such as <c>--Parameters:name=value</c>.</param>
    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    /// <summary>Begins an application.</summary>
    /// <param name="options">How it is to run.</param>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        EntryPoint.Current?.Configure?.Invoke(options, settings);
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(new AssemblyName(name)) : EntryPoint.Current?.Assembly ?? Assembly.GetEntryAssembly();
        var project = options.ProjectDirectory ?? AssemblyFacts.Read(AppHostAssembly, AssemblyFacts.AppHostDirectory);
        AppHostDirectory = Path.GetFullPath(project ?? Directory.GetCurrentDirectory());
        settings.ContentRootPath ??= Directory.Exists(AppHostDirectory) ? AppHostDirectory : AppContext.BaseDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _inner = new HostApplicationBuilder(settings);
        EntryPoint.Current?.Created?.Invoke(this);
        var publishing = PublishPipeline.IsAsked(Configuration);
        ExecutionContext = new(publishing ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run);

        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(40));
        Services.AddHealthChecks();
        // A check that fails while a process starts is no news; the resource says what it waits for.
        Services.AddLogging(l => l.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new DistributedApplicationModel(_resources));
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton(p => ActivatorUtilities.CreateInstance<LocalHost>(p, AppHostAssembly is null ? [] : new object[] { AppHostAssembly }));
        Services.AddSingleton(p => new ResourceCommandService(p.GetRequiredService<LocalHost>()));
        if (publishing)
        {
            Services.AddHostedService<PublishPipeline>();
            return;
        }

        if (!options.DisableDashboard)
        {
            // Before the resources, which report to it.
            Services.AddSingleton<DashboardHost>();
            Services.AddHostedService(p => p.GetRequiredService<DashboardHost>());
        }

        Services.AddHostedService(p => p.GetRequiredService<LocalHost>());
        Services.AddHostedService<ParentWatch>();
        if (options.EnableResourceLogging)
            Services.AddHostedService<ConsoleLogs>();
    }

    /// <inheritdoc />
    public ConfigurationManager Configuration => _inner.Configuration;

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public IHostEnvironment Environment => _inner.Environment;

    /// <inheritdoc />
    public IServiceCollection Services => _inner.Services;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc />
    public IResourceCollection Resources => _resources;

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (_resources.TryGetByName(resource.Name, out var other))
            throw new DistributedApplicationException($"Cannot add resource of type '{resource.GetType().Name}' with name '{resource.Name}': a resource of type '{other.GetType().Name}' with that name already exists.");
        _resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        EntryPoint.Current?.WaitForBuild(this);
        var application = new DistributedApplication(_inner.Build());
        EntryPoint.Current?.Built(application);
        return application;
    }

    private sealed class ResourceBuilder<T>(IDistributedApplicationBuilder application, T resource) : IResourceBuilder<T>
        where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder => application;

        public T Resource => resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation, ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
            where TAnnotation : IResourceAnnotation
        {
            if (behavior == ResourceAnnotationMutationBehavior.Replace)
            {
                foreach (var old in resource.Annotations.OfType<TAnnotation>().ToArray())
                    resource.Annotations.Remove(old);
            }

            resource.Annotations.Add(annotation);
            return this;
        }
    }
}

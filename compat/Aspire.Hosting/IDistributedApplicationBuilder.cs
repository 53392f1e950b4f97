using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Describes an application.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Settings: appsettings files, environment, arguments.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>The folder of the app host's project; relative paths start there.</summary>
    string AppHostDirectory { get; }

    /// <summary>The app host's assembly; null when it is not known.</summary>
    Assembly? AppHostAssembly { get; }

    /// <summary>Name and environment of the app host.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>Tells what happens.</summary>
    IDistributedApplicationEventing Eventing { get; }

    /// <summary>Whether the application runs or is published.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>The resources so far.</summary>
    IResourceCollection Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <returns>Its builder. Throws <see cref="DistributedApplicationException"/> when the name is taken.</returns>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>Makes a builder for a resource.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <returns>The builder.</returns>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    /// <summary>Ends the description.</summary>
    /// <returns>The application.</returns>
    DistributedApplication Build();
}

/// <summary>A project that the app host refers to.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>The full path of the project file.</summary>
    string ProjectPath { get; }
}

/// <summary>A resource that others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

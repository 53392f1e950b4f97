using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes;

namespace Aspire.Hosting;

/// <summary>Adds clusters.</summary>
public static class KubernetesEnvironmentExtensions
{
    /// <summary>Publishes the application as a Helm chart. Does nothing where it runs.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <returns>The environment's builder.</returns>
    public static IResourceBuilder<KubernetesEnvironmentResource> AddKubernetesEnvironment(this IDistributedApplicationBuilder builder, string name)
    {
        var environment = new KubernetesEnvironmentResource(name);
        return builder.ExecutionContext.IsPublishMode ? builder.AddResource(environment) : builder.CreateResourceBuilder(environment);
    }

    /// <summary>Changes the environment's properties.</summary>
    /// <param name="builder">The environment.</param>
    /// <param name="configure">Changes them.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<KubernetesEnvironmentResource> WithProperties(this IResourceBuilder<KubernetesEnvironmentResource> builder, Action<KubernetesEnvironmentResource> configure)
    {
        configure(builder.Resource);
        return builder;
    }

    /// <summary>Says what the chart is called.</summary>
    /// <param name="builder">The environment.</param>
    /// <param name="configure">Says it; null leaves it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<KubernetesEnvironmentResource> WithHelm(this IResourceBuilder<KubernetesEnvironmentResource> builder, Action<HelmChartOptions>? configure = null)
    {
        configure?.Invoke(new HelmChartOptions(builder.Resource));
        return builder;
    }

    /// <summary>Says whether the chart has the dashboard. Here it never has.</summary>
    /// <param name="builder">The environment.</param>
    /// <param name="enabled">Whether.</param>
    /// <returns>The builder. Throws <see cref="DistributedApplicationException"/> where the dashboard is wanted.</returns>
    public static IResourceBuilder<KubernetesEnvironmentResource> WithDashboard(this IResourceBuilder<KubernetesEnvironmentResource> builder, bool enabled = true) =>
        enabled ? throw new DistributedApplicationException("The dashboard in the cluster needs the official packages.") : builder;
}

/// <summary>Says how a resource is published.</summary>
public static class KubernetesServiceExtensions
{
    /// <summary>Changes what a resource becomes in the cluster. Does nothing where the application runs.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="configure">Changes it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> PublishAsKubernetesService<T>(this IResourceBuilder<T> builder, Action<KubernetesResource> configure)
        where T : IComputeResource => builder.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? builder.WithAnnotation(new KubernetesServiceCustomizationAnnotation(configure))
            : builder;
}

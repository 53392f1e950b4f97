using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes.Publishing;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.Kubernetes;

/// <summary>A cluster that the application is published for.</summary>
/// <param name="name">The unique name.</param>
public sealed class KubernetesEnvironmentResource(string name) : Resource(name), IPublishedEnvironment
{
    /// <summary>When images are pulled.</summary>
    public string DefaultImagePullPolicy { get; set; } = "IfNotPresent";

    /// <summary>The kind of services.</summary>
    public string DefaultServiceType { get; set; } = "ClusterIP";

    internal string ChartName { get; set; } = "aspire";

    internal string ChartVersion { get; set; } = "0.1.0";

    internal string ChartDescription { get; set; } = "Aspire Helm Chart";

    Task IPublishedEnvironment.PublishAsync(DistributedApplicationModel model, DistributedApplicationExecutionContext execution, string outputPath, CancellationToken cancellationToken) =>
        new ChartPublisher(this, execution, outputPath).PublishAsync(model, cancellationToken);
}

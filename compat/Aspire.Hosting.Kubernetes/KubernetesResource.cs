using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes.Resources;

namespace Aspire.Hosting.Kubernetes;

/// <summary>What a resource becomes in a cluster.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="resource">The resource.</param>
/// <param name="kubernetesEnvironmentResource">The cluster.</param>
public class KubernetesResource(string name, IResource resource, KubernetesEnvironmentResource kubernetesEnvironmentResource)
    : Resource(name), IResourceWithParent<KubernetesEnvironmentResource>
{
    /// <inheritdoc />
    public KubernetesEnvironmentResource Parent => kubernetesEnvironmentResource;

    /// <summary>What runs its pods; null is nothing.</summary>
    public Workload? Workload { get; set; }

    /// <summary>Its settings; null is none.</summary>
    public ConfigMap? ConfigMap { get; set; }

    /// <summary>Its secret settings; null is none.</summary>
    public Secret? Secret { get; set; }

    /// <summary>The name that others find it by; null is none.</summary>
    public Service? Service { get; set; }

    /// <summary>What else belongs to it.</summary>
    public List<BaseKubernetesResource> AdditionalResources { get; } = [];

    internal IResource Target => resource;

    internal Dictionary<string, string> Labels { get; } = new()
    {
        ["app.kubernetes.io/name"] = "{{ .Chart.Name }}",
        ["app.kubernetes.io/component"] = resource.Name,
        ["app.kubernetes.io/instance"] = "{{ .Release.Name }}",
    };

    /// <summary>Everything that is written, in order; what was added gets the labels too.</summary>
    internal IEnumerable<BaseKubernetesResource> Documents()
    {
        foreach (var added in AdditionalResources)
        {
            foreach (var (key, value) in Labels)
                added.Metadata.Labels.TryAdd(key, value);
        }

        BaseKubernetesResource?[] own = [Workload, ConfigMap, Secret, Service];
        return own.OfType<BaseKubernetesResource>().Concat(AdditionalResources);
    }
}

/// <summary>Changes what a resource becomes.</summary>
/// <param name="configure">Changes it.</param>
public sealed class KubernetesServiceCustomizationAnnotation(Action<KubernetesResource> configure) : IResourceAnnotation
{
    /// <summary>Changes it.</summary>
    public Action<KubernetesResource> Configure { get; } = configure;
}

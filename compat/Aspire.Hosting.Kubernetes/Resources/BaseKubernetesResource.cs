using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>Something with a version and a kind.</summary>
/// <param name="apiVersion">Group and version, such as <c>apps/v1</c>.</param>
/// <param name="kind">The kind.</param>
[YamlSerializable]
public abstract class BaseKubernetesObject(string? apiVersion = null, string? kind = null)
{
    [YamlMember(Alias = "apiVersion", Order = -3)]
    public string? ApiVersion { get; set; } = apiVersion;

    [YamlMember(Alias = "kind", Order = -2)]
    public string? Kind { get; set; } = kind;
}

/// <summary>An object of the cluster: one document of a manifest. Kinds of one's own derive from it.</summary>
/// <param name="apiVersion">Group and version, such as <c>apps/v1</c>.</param>
/// <param name="kind">The kind.</param>
[YamlSerializable]
public abstract class BaseKubernetesResource(string apiVersion, string kind) : BaseKubernetesObject(apiVersion, kind)
{
    [YamlMember(Alias = "metadata", Order = -1)]
    public ObjectMetaV1 Metadata { get; set; } = new();
}

/// <summary>An object that runs pods.</summary>
/// <param name="apiVersion">Group and version, such as <c>apps/v1</c>.</param>
/// <param name="kind">The kind.</param>
[YamlSerializable]
public abstract class Workload(string apiVersion, string kind) : BaseKubernetesResource(apiVersion, kind)
{
    [YamlIgnore]
    public abstract PodTemplateSpecV1 PodTemplate { get; }
}

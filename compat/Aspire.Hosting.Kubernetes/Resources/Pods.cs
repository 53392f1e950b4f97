using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>A pod as it is to be made.</summary>
[YamlSerializable]
public sealed class PodTemplateSpecV1
{
    [YamlMember(Alias = "metadata")]
    public ObjectMetaV1 Metadata { get; set; } = new();

    [YamlMember(Alias = "spec")]
    public PodSpecV1 Spec { get; set; } = new();
}

/// <summary>What a pod is made of.</summary>
[YamlSerializable]
public sealed class PodSpecV1
{
    [YamlMember(Alias = "affinity")]
    public AffinityV1? Affinity { get; set; }

    [YamlMember(Alias = "automountServiceAccountToken")]
    public bool? AutomountServiceAccountToken { get; set; }

    [YamlMember(Alias = "containers")]
    public List<ContainerV1> Containers { get; } = [];

    [YamlMember(Alias = "enableServiceLinks")]
    public bool? EnableServiceLinks { get; set; }

    [YamlMember(Alias = "imagePullSecrets")]
    public List<LocalObjectReferenceV1> ImagePullSecrets { get; } = [];

    [YamlMember(Alias = "initContainers")]
    public List<ContainerV1> InitContainers { get; } = [];

    [YamlMember(Alias = "nodeSelector")]
    public Dictionary<string, string> NodeSelector { get; } = [];

    [YamlMember(Alias = "priorityClassName")]
    public string? PriorityClassName { get; set; }

    [YamlMember(Alias = "restartPolicy")]
    public string? RestartPolicy { get; set; }

    [YamlMember(Alias = "securityContext")]
    public PodSecurityContextV1? SecurityContext { get; set; }

    [YamlMember(Alias = "serviceAccountName")]
    public string? ServiceAccountName { get; set; }

    [YamlMember(Alias = "terminationGracePeriodSeconds")]
    public long? TerminationGracePeriodSeconds { get; set; }

    [YamlMember(Alias = "topologySpreadConstraints")]
    public List<TopologySpreadConstraintV1> TopologySpreadConstraints { get; } = [];

    [YamlMember(Alias = "volumes")]
    public List<VolumeV1> Volumes { get; } = [];
}

/// <summary>Who a pod is.</summary>
[YamlSerializable]
public sealed class ServiceAccountV1() : BaseKubernetesResource("v1", "ServiceAccount");

using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>Copies of a pod that are all alike.</summary>
[YamlSerializable]
public sealed class Deployment() : Workload("apps/v1", "Deployment")
{
    [YamlIgnore]
    public override PodTemplateSpecV1 PodTemplate => Spec.Template;

    [YamlMember(Alias = "spec")]
    public DeploymentSpecV1 Spec { get; set; } = new();
}

/// <summary>What a deployment wants.</summary>
[YamlSerializable]
public sealed class DeploymentSpecV1
{
    [YamlMember(Alias = "minReadySeconds")]
    public int? MinReadySeconds { get; set; }

    [YamlMember(Alias = "paused")]
    public bool? Paused { get; set; }

    [YamlMember(Alias = "progressDeadlineSeconds")]
    public int? ProgressDeadlineSeconds { get; set; }

    [YamlMember(Alias = "replicas")]
    public int? Replicas { get; set; }

    [YamlMember(Alias = "revisionHistoryLimit")]
    public int? RevisionHistoryLimit { get; set; }

    [YamlMember(Alias = "selector")]
    public LabelSelectorV1 Selector { get; set; } = new();

    [YamlMember(Alias = "strategy")]
    public DeploymentStrategyV1 Strategy { get; set; } = new();

    [YamlMember(Alias = "template")]
    public PodTemplateSpecV1 Template { get; set; } = new();
}

/// <summary>How a deployment replaces pods.</summary>
[YamlSerializable]
public sealed class DeploymentStrategyV1
{
    [YamlMember(Alias = "rollingUpdate")]
    public RollingUpdateDeploymentV1 RollingUpdate { get; set; } = new();

    [YamlMember(Alias = "type")]
    public string Type { get; set; } = null!;
}

/// <summary>How many pods may be too many or too few meanwhile.</summary>
[YamlSerializable]
public sealed class RollingUpdateDeploymentV1
{
    [YamlMember(Alias = "maxSurge")]
    public int MaxSurge { get; set; }

    [YamlMember(Alias = "maxUnavailable")]
    public int MaxUnavailable { get; set; }
}

/// <summary>Pods with a name and a volume of their own.</summary>
[YamlSerializable]
public sealed class StatefulSet() : Workload("apps/v1", "StatefulSet")
{
    [YamlIgnore]
    public override PodTemplateSpecV1 PodTemplate => Spec.Template;

    [YamlMember(Alias = "spec")]
    public StatefulSetSpecV1 Spec { get; set; } = new();
}

/// <summary>What a stateful set wants.</summary>
[YamlSerializable]
public sealed class StatefulSetSpecV1
{
    [YamlMember(Alias = "minReadySeconds")]
    public int? MinReadySeconds { get; set; }

    [YamlMember(Alias = "podManagementPolicy")]
    public string? PodManagementPolicy { get; set; }

    [YamlMember(Alias = "replicas")]
    public int? Replicas { get; set; }

    [YamlMember(Alias = "revisionHistoryLimit")]
    public int? RevisionHistoryLimit { get; set; }

    [YamlMember(Alias = "selector")]
    public LabelSelectorV1 Selector { get; set; } = new();

    [YamlMember(Alias = "serviceName")]
    public string ServiceName { get; set; } = null!;

    [YamlMember(Alias = "template")]
    public PodTemplateSpecV1 Template { get; set; } = new();

    [YamlMember(Alias = "persistentVolumeClaimRetentionPolicy")]
    public StatefulSetPersistentVolumeClaimRetentionPolicyV1? PersistentVolumeClaimRetentionPolicy { get; set; }

    [YamlMember(Alias = "updateStrategy")]
    public StatefulSetUpdateStrategyV1? UpdateStrategy { get; set; }

    [YamlMember(Alias = "volumeClaimTemplates")]
    public List<PersistentVolumeClaim> VolumeClaimTemplates { get; } = [];
}

/// <summary>How a stateful set replaces pods.</summary>
[YamlSerializable]
public sealed class StatefulSetUpdateStrategyV1
{
    [YamlMember(Alias = "type")]
    public string Type { get; set; } = null!;
}

/// <summary>What becomes of the volumes.</summary>
[YamlSerializable]
public sealed class StatefulSetPersistentVolumeClaimRetentionPolicyV1
{
    [YamlMember(Alias = "whenDeleted")]
    public string? WhenDeleted { get; set; }

    [YamlMember(Alias = "whenScaled")]
    public string? WhenScaled { get; set; }
}

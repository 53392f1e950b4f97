using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>Where a pod would rather be.</summary>
[YamlSerializable]
public sealed class AffinityV1
{
    [YamlMember(Alias = "podAntiAffinity")]
    public PodAntiAffinityV1? PodAntiAffinity { get; set; }
}

/// <summary>Which pods it would rather not be near.</summary>
[YamlSerializable]
public sealed class PodAntiAffinityV1
{
    [YamlMember(Alias = "preferredDuringSchedulingIgnoredDuringExecution")]
    public List<WeightedPodAffinityTermV1> PreferredDuringSchedulingIgnoredDuringExecution { get; } = [];

    [YamlMember(Alias = "requiredDuringSchedulingIgnoredDuringExecution")]
    public List<PodAffinityTermV1> RequiredDuringSchedulingIgnoredDuringExecution { get; } = [];
}

/// <summary>A wish and how much it counts.</summary>
[YamlSerializable]
public sealed class WeightedPodAffinityTermV1
{
    [YamlMember(Alias = "podAffinityTerm")]
    public PodAffinityTermV1 PodAffinityTerm { get; set; } = new();

    [YamlMember(Alias = "weight")]
    public int Weight { get; set; }
}

/// <summary>Pods, and what near means.</summary>
[YamlSerializable]
public sealed class PodAffinityTermV1
{
    [YamlMember(Alias = "labelSelector")]
    public LabelSelectorV1 LabelSelector { get; set; } = new();

    [YamlMember(Alias = "topologyKey")]
    public string TopologyKey { get; set; } = null!;
}

/// <summary>How evenly pods are spread.</summary>
[YamlSerializable]
public sealed class TopologySpreadConstraintV1
{
    [YamlMember(Alias = "labelSelector")]
    public LabelSelectorV1 LabelSelector { get; set; } = new();

    [YamlMember(Alias = "maxSkew")]
    public int? MaxSkew { get; set; }

    [YamlMember(Alias = "topologyKey")]
    public string? TopologyKey { get; set; }

    [YamlMember(Alias = "whenUnsatisfiable")]
    public string? WhenUnsatisfiable { get; set; }
}

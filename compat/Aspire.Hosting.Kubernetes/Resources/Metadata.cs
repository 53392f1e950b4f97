using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>Name, labels and the like of an object.</summary>
[YamlSerializable]
public sealed class ObjectMetaV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "namespace")]
    public string Namespace { get; set; } = null!;

    [YamlMember(Alias = "labels")]
    public Dictionary<string, string> Labels { get; set; } = [];

    [YamlMember(Alias = "annotations")]
    public Dictionary<string, string> Annotations { get; } = [];
}

/// <summary>Which objects are meant.</summary>
[YamlSerializable]
public sealed class LabelSelectorV1
{
    public LabelSelectorV1()
    {
    }

    public LabelSelectorV1(Dictionary<string, string> matchLabels) => MatchLabels = matchLabels;

    [YamlMember(Alias = "matchLabels")]
    public Dictionary<string, string> MatchLabels { get; set; } = [];
}

/// <summary>An object of the same namespace.</summary>
[YamlSerializable]
public sealed class LocalObjectReferenceV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;
}

using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>A name for pods.</summary>
[YamlSerializable]
public sealed class Service() : BaseKubernetesResource("v1", "Service")
{
    [YamlMember(Alias = "spec")]
    public ServiceSpecV1 Spec { get; set; } = new();
}

/// <summary>Which pods, and their ports.</summary>
[YamlSerializable]
public sealed class ServiceSpecV1
{
    [YamlMember(Alias = "type")]
    public string Type { get; set; } = null!;

    [YamlMember(Alias = "clusterIP")]
    public string? ClusterIp { get; set; }

    [YamlMember(Alias = "publishNotReadyAddresses")]
    public bool? PublishNotReadyAddresses { get; set; }

    [YamlMember(Alias = "selector")]
    public Dictionary<string, string> Selector { get; set; } = [];

    [YamlMember(Alias = "ports")]
    public List<ServicePortV1> Ports { get; } = [];
}

/// <summary>A port.</summary>
[YamlSerializable]
public sealed class ServicePortV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "protocol")]
    public string Protocol { get; set; } = null!;

    [YamlMember(Alias = "appProtocol")]
    public string AppProtocol { get; set; } = null!;

    [YamlMember(Alias = "port")]
    public Int32OrStringV1 Port { get; set; } = null!;

    [YamlMember(Alias = "targetPort")]
    public Int32OrStringV1 TargetPort { get; set; } = null!;
}

/// <summary>Settings.</summary>
[YamlSerializable]
public sealed class ConfigMap() : BaseKubernetesResource("v1", "ConfigMap")
{
    [YamlMember(Alias = "data")]
    public Dictionary<string, string> Data { get; } = [];

    [YamlMember(Alias = "immutable")]
    public bool? Immutable { get; set; }
}

/// <summary>Settings that are nobody's business.</summary>
[YamlSerializable]
public sealed class Secret() : BaseKubernetesResource("v1", "Secret")
{
    [YamlMember(Alias = "stringData")]
    public Dictionary<string, string> StringData { get; } = [];

    [YamlMember(Alias = "type")]
    public string Type { get; set; } = null!;
}

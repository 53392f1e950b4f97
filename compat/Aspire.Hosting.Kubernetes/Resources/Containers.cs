using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>A container of a pod.</summary>
[YamlSerializable]
public sealed class ContainerV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "image")]
    public string Image { get; set; } = null!;

    [YamlMember(Alias = "imagePullPolicy")]
    public string ImagePullPolicy { get; set; } = null!;

    [YamlMember(Alias = "command")]
    public List<string> Command { get; } = [];

    [YamlMember(Alias = "args")]
    public List<string> Args { get; } = [];

    [YamlMember(Alias = "workingDir")]
    public string? WorkingDir { get; set; }

    [YamlMember(Alias = "env")]
    public List<EnvVarV1> Env { get; } = [];

    [YamlMember(Alias = "envFrom")]
    public List<EnvFromSourceV1> EnvFrom { get; } = [];

    [YamlMember(Alias = "ports")]
    public List<ContainerPortV1> Ports { get; } = [];

    [YamlMember(Alias = "volumeMounts")]
    public List<VolumeMountV1> VolumeMounts { get; } = [];

    [YamlMember(Alias = "resources")]
    public ResourceRequirementsV1? Resources { get; set; }

    [YamlMember(Alias = "livenessProbe")]
    public ProbeV1? LivenessProbe { get; set; }

    [YamlMember(Alias = "readinessProbe")]
    public ProbeV1? ReadinessProbe { get; set; }

    [YamlMember(Alias = "startupProbe")]
    public ProbeV1? StartupProbe { get; set; }

    [YamlMember(Alias = "lifecycle")]
    public LifecycleV1? Lifecycle { get; set; }

    [YamlMember(Alias = "restartPolicy")]
    public string? RestartPolicy { get; set; }

    [YamlMember(Alias = "securityContext")]
    public SecurityContextV1? SecurityContext { get; set; }
}

/// <summary>A port on which a container listens.</summary>
[YamlSerializable]
public sealed class ContainerPortV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "containerPort")]
    public Int32OrStringV1? ContainerPort { get; set; }

    [YamlMember(Alias = "protocol")]
    public string Protocol { get; set; } = null!;
}

/// <summary>What a container gets.</summary>
[YamlSerializable]
public sealed class ResourceRequirementsV1
{
    [YamlMember(Alias = "limits")]
    public Dictionary<string, string> Limits { get; } = [];

    [YamlMember(Alias = "requests")]
    public Dictionary<string, string> Requests { get; } = [];
}

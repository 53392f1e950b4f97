using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>Who the processes of a pod are.</summary>
[YamlSerializable]
public sealed class PodSecurityContextV1
{
    [YamlMember(Alias = "fsGroup")]
    public long? FsGroup { get; set; }

    [YamlMember(Alias = "fsGroupChangePolicy")]
    public string FsGroupChangePolicy { get; set; } = null!;

    [YamlMember(Alias = "runAsGroup")]
    public long? RunAsGroup { get; set; }

    [YamlMember(Alias = "runAsNonRoot")]
    public bool? RunAsNonRoot { get; set; }

    [YamlMember(Alias = "runAsUser")]
    public long? RunAsUser { get; set; }

    [YamlMember(Alias = "seccompProfile")]
    public SeccompProfileV1? SeccompProfile { get; set; }
}

/// <summary>What a container's processes may do.</summary>
[YamlSerializable]
public sealed class SecurityContextV1
{
    [YamlMember(Alias = "allowPrivilegeEscalation")]
    public bool? AllowPrivilegeEscalation { get; set; }

    [YamlMember(Alias = "capabilities")]
    public CapabilitiesV1? Capabilities { get; set; }

    [YamlMember(Alias = "privileged")]
    public bool? Privileged { get; set; }

    [YamlMember(Alias = "readOnlyRootFilesystem")]
    public bool? ReadOnlyRootFilesystem { get; set; }

    [YamlMember(Alias = "runAsGroup")]
    public long? RunAsGroup { get; set; }

    [YamlMember(Alias = "runAsNonRoot")]
    public bool? RunAsNonRoot { get; set; }

    [YamlMember(Alias = "runAsUser")]
    public long? RunAsUser { get; set; }

    [YamlMember(Alias = "seccompProfile")]
    public SeccompProfileV1? SeccompProfile { get; set; }
}

/// <summary>Capabilities of Linux.</summary>
[YamlSerializable]
public sealed class CapabilitiesV1
{
    [YamlMember(Alias = "add")]
    public List<string> Add { get; } = [];

    [YamlMember(Alias = "drop")]
    public List<string> Drop { get; } = [];
}

/// <summary>Which system calls are allowed.</summary>
[YamlSerializable]
public sealed class SeccompProfileV1
{
    [YamlMember(Alias = "localhostProfile")]
    public string LocalhostProfile { get; set; } = null!;

    [YamlMember(Alias = "type")]
    public string Type { get; set; } = null!;
}

using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>A volume of a pod.</summary>
[YamlSerializable]
public sealed class VolumeV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "configMap")]
    public ConfigMapVolumeSourceV1? ConfigMap { get; set; }

    [YamlMember(Alias = "emptyDir")]
    public EmptyDirVolumeSourceV1? EmptyDir { get; set; }

    [YamlMember(Alias = "persistentVolumeClaim")]
    public PersistentVolumeClaimVolumeSourceV1? PersistentVolumeClaim { get; set; }

    [YamlMember(Alias = "secret")]
    public SecretVolumeSourceV1? Secret { get; set; }
}

/// <summary>Where a container sees a volume.</summary>
[YamlSerializable]
public sealed class VolumeMountV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "mountPath")]
    public string MountPath { get; set; } = null!;

    [YamlMember(Alias = "readOnly")]
    public bool? ReadOnly { get; set; }

    [YamlMember(Alias = "subPath")]
    public string SubPath { get; set; } = null!;
}

/// <summary>Entries of a config map as files.</summary>
[YamlSerializable]
public sealed class ConfigMapVolumeSourceV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "defaultMode")]
    public int? DefaultMode { get; set; }

    [YamlMember(Alias = "items")]
    public List<KeyToPathV1> Items { get; } = [];

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

/// <summary>Entries of a secret as files.</summary>
[YamlSerializable]
public sealed class SecretVolumeSourceV1
{
    [YamlMember(Alias = "secretName")]
    public string SecretName { get; set; } = null!;

    [YamlMember(Alias = "defaultMode")]
    public int? DefaultMode { get; set; }

    [YamlMember(Alias = "items")]
    public List<KeyToPathV1> Items { get; } = [];

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

/// <summary>An entry and its file.</summary>
[YamlSerializable]
public sealed class KeyToPathV1
{
    [YamlMember(Alias = "key")]
    public string Key { get; set; } = null!;

    [YamlMember(Alias = "path")]
    public string Path { get; set; } = null!;

    [YamlMember(Alias = "mode")]
    public int? Mode { get; set; }
}

/// <summary>An empty folder that ends with the pod.</summary>
[YamlSerializable]
public sealed class EmptyDirVolumeSourceV1
{
    [YamlMember(Alias = "medium")]
    public string? Medium { get; set; }

    [YamlMember(Alias = "sizeLimit")]
    public string? SizeLimit { get; set; }
}

/// <summary>A claim.</summary>
[YamlSerializable]
public sealed class PersistentVolumeClaimVolumeSourceV1
{
    [YamlMember(Alias = "claimName")]
    public string ClaimName { get; set; } = null!;

    [YamlMember(Alias = "readOnly")]
    public bool? ReadOnly { get; set; }
}

/// <summary>A wish for a volume.</summary>
[YamlSerializable]
public sealed class PersistentVolumeClaim() : BaseKubernetesResource("v1", "PersistentVolumeClaim")
{
    [YamlMember(Alias = "spec")]
    public PersistentVolumeClaimSpecV1 Spec { get; set; } = new();
}

/// <summary>What volume is wanted.</summary>
[YamlSerializable]
public sealed class PersistentVolumeClaimSpecV1
{
    [YamlMember(Alias = "accessModes")]
    public List<string> AccessModes { get; } = [];

    [YamlMember(Alias = "resources")]
    public VolumeResourceRequirementsV1 Resources { get; set; } = new();

    [YamlMember(Alias = "storageClassName")]
    public string StorageClassName { get; set; } = null!;
}

/// <summary>How large.</summary>
[YamlSerializable]
public sealed class VolumeResourceRequirementsV1
{
    [YamlMember(Alias = "limits")]
    public Dictionary<string, string> Limits { get; } = [];

    [YamlMember(Alias = "requests")]
    public Dictionary<string, string> Requests { get; } = [];
}

using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>An environment variable.</summary>
[YamlSerializable]
public sealed class EnvVarV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "value")]
    public string Value { get; set; } = null!;

    [YamlMember(Alias = "valueFrom")]
    public EnvVarSourceV1? ValueFrom { get; set; }
}

/// <summary>Where a variable's value comes from.</summary>
[YamlSerializable]
public sealed class EnvVarSourceV1
{
    [YamlMember(Alias = "configMapKeyRef")]
    public ConfigMapKeySelectorV1? ConfigMapKeyRef { get; set; }

    [YamlMember(Alias = "fieldRef")]
    public ObjectFieldSelectorV1? FieldRef { get; set; }

    [YamlMember(Alias = "secretKeyRef")]
    public SecretKeySelectorV1? SecretKeyRef { get; set; }
}

/// <summary>A field of the pod.</summary>
[YamlSerializable]
public sealed class ObjectFieldSelectorV1
{
    [YamlMember(Alias = "fieldPath")]
    public string FieldPath { get; set; } = null!;
}

/// <summary>An entry of a config map.</summary>
[YamlSerializable]
public sealed class ConfigMapKeySelectorV1
{
    [YamlMember(Alias = "key")]
    public string Key { get; set; } = null!;

    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

/// <summary>An entry of a secret.</summary>
[YamlSerializable]
public sealed class SecretKeySelectorV1
{
    [YamlMember(Alias = "key")]
    public string Key { get; set; } = null!;

    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

/// <summary>Variables from all entries of an object.</summary>
[YamlSerializable]
public sealed class EnvFromSourceV1
{
    [YamlMember(Alias = "configMapRef")]
    public ConfigMapEnvSourceV1? ConfigMapRef { get; set; }

    [YamlMember(Alias = "secretRef")]
    public SecretEnvSourceV1? SecretRef { get; set; }

    [YamlMember(Alias = "prefix")]
    public string? Prefix { get; set; }
}

/// <summary>A config map.</summary>
[YamlSerializable]
public sealed class ConfigMapEnvSourceV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

/// <summary>A secret.</summary>
[YamlSerializable]
public sealed class SecretEnvSourceV1
{
    [YamlMember(Alias = "name")]
    public string Name { get; set; } = null!;

    [YamlMember(Alias = "optional")]
    public bool? Optional { get; set; }
}

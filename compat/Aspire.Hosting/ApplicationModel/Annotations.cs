namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many copies of a resource run.</summary>
/// <param name="replicas">The number; 0 starts none.</param>
public class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>The number of copies.</summary>
    public int Replicas { get; } = replicas;
}

/// <summary>A health check that says whether a resource works.</summary>
/// <param name="key">The name under which the check is registered.</param>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name under which the check is registered.</summary>
    public string Key { get; } = key;
}

/// <summary>Makes a resource start only when it is told to.</summary>
public class ExplicitStartupAnnotation : IResourceAnnotation;

/// <summary>Makes a resource wait for another.</summary>
/// <param name="resource">The other resource.</param>
/// <param name="waitType">What it waits for.</param>
/// <param name="exitCode">The exit code wanted, where it waits for completion.</param>
public class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What is waited for.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>What to do when the other fails; null is the application's default.</summary>
    public WaitBehavior? WaitBehavior { get; set; }

    /// <summary>The exit code wanted, where completion is waited for.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The other runs and is healthy.</summary>
    WaitUntilHealthy,

    /// <summary>The other has ended.</summary>
    WaitForCompletion,

    /// <summary>The other runs.</summary>
    WaitUntilStarted,
}

/// <summary>What to do when a resource that is waited for fails.</summary>
public enum WaitBehavior
{
    /// <summary>Wait on: somebody may start it again.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Fail too.</summary>
    StopOnResourceUnavailable,
}

/// <summary>How a resource appears in a manifest.</summary>
public class ManifestPublishingCallbackAnnotation : IResourceAnnotation
{
    private ManifestPublishingCallbackAnnotation()
    {
    }

    /// <summary>Leaves the resource out.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new();
}

/// <summary>The image that a container runs.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>The registry; null is the engine's default.</summary>
    public string? Registry { get; set; }

    /// <summary>The image.</summary>
    public required string Image { get; set; }

    /// <summary>The tag; null means latest.</summary>
    public string? Tag { get; set; }
}

/// <summary>A folder or volume of a container.</summary>
/// <param name="source">The host's folder or the volume's name; null is an anonymous volume.</param>
/// <param name="target">The path in the container.</param>
/// <param name="type">Folder or volume.</param>
/// <param name="isReadOnly">Whether the container may only read it.</param>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    /// <summary>The host's folder or the volume's name; null is an anonymous volume.</summary>
    public string? Source { get; } = source;

    /// <summary>The path in the container.</summary>
    public string Target { get; } = target;

    /// <summary>Folder or volume.</summary>
    public ContainerMountType Type { get; } = type;

    /// <summary>Whether the container may only read it.</summary>
    public bool IsReadOnly { get; } = isReadOnly;
}

/// <summary>The kinds of mounts.</summary>
public enum ContainerMountType
{
    /// <summary>A folder of the host.</summary>
    BindMount,

    /// <summary>A volume of the engine.</summary>
    Volume,
}

using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One part of the application: a project, an executable, a container, a parameter.</summary>
public interface IResource
{
    /// <summary>The unique name, not case-sensitive.</summary>
    string Name { get; }

    /// <summary>What is known about the resource; order matters where callbacks build on one another.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>A fact about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>The annotations of one resource, in the order they were added.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

/// <summary>The resources of an application, in the order they were added.</summary>
public interface IResourceCollection : IList<IResource>
{
    /// <summary>Finds a resource by name.</summary>
    /// <param name="name">The name, not case-sensitive.</param>
    /// <param name="resource">The resource, or null when there is none.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource);
}

/// <summary>A resource that takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that takes command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource that runs somewhere, and can be published.</summary>
public interface IComputeResource : IResource;

/// <summary>A resource that is part of another.</summary>
public interface IResourceWithParent : IResource
{
    /// <summary>The other.</summary>
    IResource Parent { get; }
}

/// <summary>A resource that is part of another.</summary>
/// <typeparam name="T">The other's type.</typeparam>
public interface IResourceWithParent<out T> : IResourceWithParent
    where T : IResource
{
    /// <summary>The other.</summary>
    new T Parent { get; }

    IResource IResourceWithParent.Parent => Parent;
}

/// <summary>A resource that has no processes of its own, such as a parameter.</summary>
public interface IResourceWithoutLifetime : IResource;

/// <summary>A base for resources: a name and annotations.</summary>
public abstract class Resource : IResource
{
    /// <summary>Creates a resource.</summary>
    /// <param name="name">The unique name; ASCII letters, digits and single hyphens, at most 64.</param>
    protected Resource(string name)
    {
        ResourceName.Check(name);
        Name = name;
    }

    /// <inheritdoc />
    public virtual string Name { get; }

    /// <inheritdoc />
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}

internal static class ResourceName
{
    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var fits = name.Length <= 64
            && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && !name.EndsWith('-')
            && !name.Contains("--", StringComparison.Ordinal);
        if (!fits)
        {
            throw new ArgumentException(
                $"Resource name '{name}' is not valid: it starts with a letter, has ASCII letters, digits and single hyphens, does not end with a hyphen, and is at most 64 long.",
                nameof(name));
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The application: its resources.</summary>
public class DistributedApplicationModel
{
    /// <summary>Creates a model.</summary>
    /// <param name="resources">The resources.</param>
    public DistributedApplicationModel(IResourceCollection resources) => Resources = resources;

    /// <summary>The resources, in the order they were added.</summary>
    public IResourceCollection Resources { get; }
}

internal sealed class ResourceCollection : List<IResource>, IResourceCollection
{
    public bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource)
    {
        resource = Find(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        return resource is not null;
    }
}

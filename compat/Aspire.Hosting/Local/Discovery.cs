using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Marks a resource whose HTTP endpoints speak HTTP/2.</summary>
internal sealed class Http2ServiceAnnotation : IResourceAnnotation;

/// <summary>Tells a process where others listen.</summary>
internal static class Discovery
{
    public static void Add(Dictionary<string, object> variables, IResourceWithEndpoints resource, EndpointAnnotation endpoint)
    {
        var prefix = $"services__{resource.Name}__{endpoint.Name}__";
        variables[$"{prefix}0"] = new EndpointReference(resource, endpoint);
        for (var i = 1; i < endpoint.ReplicaPorts.Count; i++)
            variables[$"{prefix}{i}"] = $"{endpoint.UriScheme}://{endpoint.AllocatedEndpoint!.Address}:{endpoint.ReplicaPorts[i]}";
    }
}

/// <summary>Within it, a resource's own endpoints are those of one of its copies.</summary>
internal static class ReplicaScope
{
    private static readonly AsyncLocal<(IResource Resource, int Index)?> s_current = new();

    public static void Enter(IResource resource, int index) => s_current.Value = (resource, index);

    public static int? PortOf(IResource resource, EndpointAnnotation endpoint) =>
        s_current.Value is { } scope && ReferenceEquals(scope.Resource, resource) && scope.Index < endpoint.ReplicaPorts.Count
            ? endpoint.ReplicaPorts[scope.Index]
            : null;
}

using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Reads what is known of a resource.</summary>
public static class ResourceExtensions
{
    /// <summary>The last annotation of a kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="annotation">The annotation; null when there is none.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    /// <summary>All annotations of a kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="result">The annotations; null when there is none.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        T[] found = [.. resource.Annotations.OfType<T>()];
        result = found.Length > 0 ? found : null;
        return found.Length > 0;
    }

    /// <summary>The number of copies that run.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The number; 1 unless something else was said.</returns>
    public static int GetReplicaCount(this IResource resource) =>
        resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas) ? replicas.Replicas : 1;

    /// <summary>The endpoints of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>References to them.</returns>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e));

    /// <summary>An endpoint of a resource; it need not be declared yet.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="endpointName">The endpoint's name.</param>
    /// <returns>A reference to it.</returns>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);
}

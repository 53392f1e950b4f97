using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>Volumes that outlive pods.</summary>
internal static class Volumes
{
    /// <summary>A claim whose size and class are the values <c>storage_size</c> and <c>storage_class</c> of a service.</summary>
    public static PersistentVolumeClaim Claim(string name, string access, string resource)
    {
        var claim = new PersistentVolumeClaim { Metadata = { Name = name } };
        claim.Spec.AccessModes.Add(access);
        claim.Spec.Resources.Requests["storage"] = new Value(resource, "storage_size").Text;
        claim.Spec.StorageClassName = new Value(resource, "storage_class").Text;
        return claim;
    }
}

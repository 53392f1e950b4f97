using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>Volumes that outlive pods.</summary>
internal static class Volumes
{
    /// <summary>A claim whose size and class are values of a service: <c>storage_size</c> and <c>storage_class</c>, or with another word in front.</summary>
    public static PersistentVolumeClaim Claim(string name, string access, string resource, string values = "storage")
    {
        var claim = new PersistentVolumeClaim { Metadata = { Name = name }, Spec = new PersistentVolumeClaimSpecV1 { Resources = new VolumeResourceRequirementsV1() } };
        claim.Spec.AccessModes.Add(access);
        claim.Spec.Resources.Requests["storage"] = new Value(resource, $"{values}_size").Text;
        claim.Spec.StorageClassName = new Value(resource, $"{values}_class").Text;
        return claim;
    }
}

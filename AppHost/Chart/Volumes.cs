using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>Volumes that outlive pods.</summary>
internal static class Volumes
{
    /// <summary>A claim whose size and class are values of a service: <c>storage_size</c> and <c>storage_class</c>; without the latter it is the class that is the cluster's default.</summary>
    public static PersistentVolumeClaim Claim(string name, string access, string resource)
    {
        var claim = new PersistentVolumeClaim { Metadata = { Name = name }, Spec = new PersistentVolumeClaimSpecV1 { Resources = new VolumeResourceRequirementsV1() } };
        claim.Spec.AccessModes.Add(access);
        claim.Spec.Resources.Requests["storage"] = new Value(resource, "storage_size").Text;
        // Null is the cluster's default class; an empty text would be none at all.
        var storageClass = new Value(resource, "storage_class").Path;
        claim.Spec.StorageClassName = $"{{{{ if {storageClass} }}}}{{{{ {storageClass} | quote }}}}{{{{ else }}}}null{{{{ end }}}}";
        return claim;
    }
}

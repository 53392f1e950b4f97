using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>What all pods have in common.</summary>
internal static class Pods
{
    /// <summary>No root, no writing beside the volumes, no capabilities, the runtime's system calls only, no token, an account of its own.</summary>
    /// <param name="resource">The service.</param>
    /// <param name="user">The user and group of its processes, which the image knows.</param>
    /// <param name="condition">Where it does not hold, there is no account; null is always.</param>
    public static void Harden(KubernetesResource resource, long user, string? condition = null)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        pod.AutomountServiceAccountToken = false;
        pod.EnableServiceLinks = false;
        pod.ServiceAccountName = resource.Name;
        pod.SecurityContext = new PodSecurityContextV1
        {
            RunAsNonRoot = true,
            RunAsUser = user,
            RunAsGroup = user,
            FsGroup = user,
            FsGroupChangePolicy = "OnRootMismatch",
            SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
        };
        foreach (var container in pod.Containers)
            container.SecurityContext = Restricted();
        resource.AdditionalResources.Add(new Manifest("v1", "ServiceAccount", resource.Name, condition) { Body = { ["automountServiceAccountToken"] = false } });
    }

    public static SecurityContextV1 Restricted()
    {
        var security = new SecurityContextV1 { AllowPrivilegeEscalation = false, ReadOnlyRootFilesystem = true, RunAsNonRoot = true, Capabilities = new CapabilitiesV1() };
        security.Capabilities.Drop.Add("ALL");
        return security;
    }

    /// <summary>What it gets, by value.</summary>
    public static IResourceBuilder<T> WithResources<T>(this IResourceBuilder<T> builder, string cpu, string memory, string cpuLimit, string memoryLimit)
        where T : IComputeResource, IResourceWithEnvironment => builder
            .WithValue("cpu_request", cpu)
            .WithValue("memory_request", memory)
            .WithValue("cpu_limit", cpuLimit)
            .WithValue("memory_limit", memoryLimit)
            .PublishAsKubernetesService(resource =>
            {
                var container = resource.Workload!.PodTemplate.Spec.Containers[0];
                container.Resources = new ResourceRequirementsV1();
                foreach (var what in (string[])["cpu", "memory"])
                {
                    container.Resources.Requests[what] = new Value(resource.Name, $"{what}_request").Text;
                    container.Resources.Limits[what] = new Value(resource.Name, $"{what}_limit").Text;
                }
            });

    /// <summary>A folder that it may write to.</summary>
    public static void Mount(KubernetesResource resource, string name, string path, Action<VolumeV1> what, bool readOnly = false)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        var volume = new VolumeV1 { Name = name };
        what(volume);
        pod.Volumes.Add(volume);
        pod.Containers[0].VolumeMounts.Add(new VolumeMountV1 { Name = name, MountPath = path, ReadOnly = readOnly ? true : null });
    }

    /// <summary>A folder that ends with the pod.</summary>
    public static void MountEmpty(KubernetesResource resource, string name, string path, string limit) =>
        Mount(resource, name, path, volume => volume.EmptyDir = new EmptyDirVolumeSourceV1 { SizeLimit = limit });

    /// <summary>Variables that only the pod knows.</summary>
    public static void AddPodFacts(KubernetesResource resource)
    {
        var variables = resource.Workload!.PodTemplate.Spec.Containers[0].Env;
        variables.Add(Fact("POD_NAME", "metadata.name"));
        variables.Add(Fact("POD_IP", "status.podIP"));
        variables.Add(new EnvVarV1 { Name = "OTEL_RESOURCE_ATTRIBUTES", Value = "service.instance.id=$(POD_NAME)" });

        static EnvVarV1 Fact(string name, string field) => new() { Name = name, ValueFrom = new EnvVarSourceV1 { FieldRef = new ObjectFieldSelectorV1 { FieldPath = field } } };
    }

    /// <summary>A variable from an entry of a secret.</summary>
    public static EnvVarV1 SecretVariable(string name, string secret, string key) =>
        new() { Name = name, ValueFrom = new EnvVarSourceV1 { SecretKeyRef = new SecretKeySelectorV1 { Name = secret, Key = key } } };
}

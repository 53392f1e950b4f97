using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>An OPA beside each orchestrator, with the rules of the folder policies; there where the value <c>config.orchestrator.opa</c> is <c>sidecar</c>.</summary>
internal static class Opa
{
    private const string Name = "opa";
    private const string Path = "/policies";
    private const int Port = 8181;

    public static void Add(KubernetesResource resource, string policies)
    {
        var chosen = new Value(resource.Name, Name).Is("sidecar");
        var container = new ContainerV1
        {
            Name = Name,
            Image = new Value(resource.Name, "opa_image").Text,
            ImagePullPolicy = resource.Parent.DefaultImagePullPolicy,
            SecurityContext = Pods.Restricted(),
            Resources = new ResourceRequirementsV1 { Requests = { ["cpu"] = "100m", ["memory"] = "128Mi" }, Limits = { ["cpu"] = "1", ["memory"] = "256Mi" } },
            // It listens on the pod's loopback only, where no probe from outside reaches it: a policy that does not answer denies, and is logged.
            Args = { "run", "--server", $"--addr=127.0.0.1:{Port}", "--disable-telemetry", $"{Path}/tools.rego", $"{Path}/tools.json" },
            VolumeMounts = { new VolumeMountV1 { Name = Name, MountPath = Path, ReadOnly = true } },
        };
        var pod = resource.Workload!.PodTemplate.Spec;
        pod.Containers.Add(container);
        pod.Volumes.Add(new VolumeV1 { Name = Name, ConfigMap = new ConfigMapVolumeSourceV1 { Name = "orchestrator-opa", Optional = true } });
        resource.Workload = new OptionalSidecar(resource.Workload, Name, chosen);
        var bundle = new ConfigMap { Metadata = { Name = "orchestrator-opa" } };
        foreach (var file in (string[])["tools.rego", "tools.json"])
            bundle.Data[file] = File.ReadAllText(System.IO.Path.Combine(policies, file)).ReplaceLineEndings("\n");
        resource.AdditionalResources.Add(new Guarded(bundle, chosen));
        resource.ConfigMap!.Data["Policy__Opa"] = $"{{{{ ternary `http://127.0.0.1:{Port}` {new Value(resource.Name, "opa_address").Path} ({chosen.Replace('"', '`')}) }}}}";
    }
}

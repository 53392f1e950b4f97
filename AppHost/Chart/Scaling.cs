using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>How many copies there are, and how they are kept apart and replaced.</summary>
internal static class Scaling
{
    /// <summary>
    /// One autoscaler, by the value <c>autoscaler</c>: <c>cpu</c>, <c>queue</c> (KEDA), or <c>none</c>. The number of copies is
    /// the autoscaler's, so the deployment says none.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="least">Copies at least.</param>
    /// <param name="most">Copies at most.</param>
    /// <param name="waiting">Tasks that may wait for each copy, where the queue decides.</param>
    /// <param name="running">The setting that says how many tasks each copy works on at a time.</param>
    /// <param name="query">Which part of the queue counts, as a query; empty is all of it.</param>
    /// <param name="several">Where it does not hold, there is one copy; null is always.</param>
    public static IResourceBuilder<ProjectResource> WithAutoscaler(this IResourceBuilder<ProjectResource> builder, int least, int most, int waiting, string running, string query, string? several = null) => builder
        .WithValue("autoscaler", "cpu")
        .WithValue("replicas_min", $"{least}")
        .WithValue("replicas_max", $"{most}")
        .WithValue("cpu_target_percent", "70")
        .WithValue("queue_target", $"{waiting}")
        .PublishAsKubernetesService(resource =>
        {
            ((Deployment)resource.Workload!).Spec.Replicas = null;
            resource.AdditionalResources.Add(ByCpu(resource, several));
            resource.AdditionalResources.Add(ByQueue(resource, running, query, several));
            resource.AdditionalResources.Add(KeyOfScaler(resource));
        });

    /// <summary>Copies on nodes and zones of their own where there are such, replaced one by one, never all away at once.</summary>
    public static void Spread(KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        var own = new LabelSelectorV1(new(resource.Workload.PodTemplate.Metadata.Labels));
        pod.Affinity = new AffinityV1 { PodAntiAffinity = new PodAntiAffinityV1() };
        pod.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution.Add(new WeightedPodAffinityTermV1
        {
            Weight = 100,
            PodAffinityTerm = new PodAffinityTermV1 { LabelSelector = own, TopologyKey = "kubernetes.io/hostname" },
        });
        pod.TopologySpreadConstraints.Add(new TopologySpreadConstraintV1
        {
            LabelSelector = own,
            MaxSkew = 1,
            TopologyKey = "topology.kubernetes.io/zone",
            WhenUnsatisfiable = "ScheduleAnyway",
        });
        if (resource.Workload is Deployment deployment)
            deployment.Spec.Strategy.RollingUpdate = new RollingUpdateDeploymentV1 { MaxSurge = 1, MaxUnavailable = 0 };
    }

    /// <summary>Nodes are emptied one copy at a time.</summary>
    /// <param name="resource">The service.</param>
    /// <param name="condition">Where it does not hold, there is no such budget; null is always.</param>
    public static Manifest DisruptionBudget(KubernetesResource resource, string? condition = null) => new("policy/v1", "PodDisruptionBudget", $"{resource.Name}-pdb", condition)
    {
        Body =
        {
            ["spec"] = new Dictionary<string, object>
            {
                ["maxUnavailable"] = 1,
                ["selector"] = Select.These(resource.Name),
            },
        },
    };

    private static Manifest ByCpu(KubernetesResource resource, string? several) => new("autoscaling/v2", "HorizontalPodAutoscaler", $"{resource.Name}-hpa", new Value(resource.Name, "autoscaler").Is("cpu"))
    {
        Body =
        {
            ["spec"] = new Dictionary<string, object>
            {
                ["scaleTargetRef"] = new Dictionary<string, object> { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = resource.Workload!.Metadata.Name },
                ["minReplicas"] = Copies(resource, "replicas_min", several),
                ["maxReplicas"] = Copies(resource, "replicas_max", several),
                ["metrics"] = new List<object>
                {
                    new Dictionary<string, object>
                    {
                        ["type"] = "Resource",
                        ["resource"] = new Dictionary<string, object>
                        {
                            ["name"] = "cpu",
                            ["target"] = new Dictionary<string, object> { ["type"] = "Utilization", ["averageUtilization"] = new Value(resource.Name, "cpu_target_percent").Number },
                        },
                    },
                },
            },
        },
    };

    // What waits makes more copies, what works keeps them: without the second, copies would go while their work goes on.
    private static Manifest ByQueue(KubernetesResource resource, string running, string query, string? several) => new("keda.sh/v1alpha1", "ScaledObject", $"{resource.Name}-scaledobject", new Value(resource.Name, "autoscaler").Is("queue"))
    {
        Body =
        {
            ["spec"] = new Dictionary<string, object>
            {
                ["scaleTargetRef"] = new Dictionary<string, object> { ["name"] = resource.Workload!.Metadata.Name },
                ["minReplicaCount"] = Copies(resource, "replicas_min", several),
                ["maxReplicaCount"] = Copies(resource, "replicas_max", several),
                ["triggers"] = new List<object> { Trigger(resource, query, "depth", "queue_target"), Trigger(resource, query, "running", running) },
            },
        },
    };

    private static string Copies(KubernetesResource resource, string name, string? several)
    {
        var copies = new Value(resource.Name, name);
        return several is null ? copies.Number : $"{{{{ ternary {copies.Path} 1 ({several}) | int }}}}";
    }

    // The scaler shows a key of the role viewer.
    private static Manifest KeyOfScaler(KubernetesResource resource) => new("keda.sh/v1alpha1", "TriggerAuthentication", $"{resource.Name}-triggerauthentication", new Value(resource.Name, "autoscaler").Is("queue"))
    {
        Body =
        {
            ["spec"] = new Dictionary<string, object>
            {
                ["secretTargetRef"] = new List<object>
                {
                    new Dictionary<string, object> { ["parameter"] = "token", ["name"] = Kubernetes.Secret.Text, ["key"] = "scaler.key" },
                },
            },
        },
    };

    private static Dictionary<string, object> Trigger(KubernetesResource resource, string query, string field, string target) => new()
    {
        ["type"] = "metrics-api",
        ["metadata"] = new Dictionary<string, object>
        {
            ["url"] = Secured.Url($"orchestrator-service.{{{{ .Release.Namespace }}}}.svc:{Kubernetes.HttpPort}/api/metrics/queue{query}"),
            ["authMode"] = "bearer",
            ["valueLocation"] = field,
            ["targetValue"] = new Value(resource.Name, target).Text,
        },
        ["authenticationRef"] = new Dictionary<string, object> { ["name"] = $"{resource.Name}-triggerauthentication" },
    };
}

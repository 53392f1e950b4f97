using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>Redis in the cluster: append-only on a volume, never forgetting a key; gone where the value <c>config.orchestrator.redis</c> is <c>external</c>.</summary>
internal static class Store
{
    private const long User = 999;
    private const string Data = "data";

    public static void Add(IDistributedApplicationBuilder builder) => builder
        .AddContainer("redis", "docker.io/library/redis", "7.4")
        .WithEndpoint(port: Kubernetes.RedisPort, targetPort: Kubernetes.RedisPort, scheme: "tcp", name: "tcp")
        .WithValue("storage_size", "10Gi")
        .WithValue("storage_class", "")
        .WithValue("maxmemory", "768mb")
        .WithResources("250m", "1Gi", "2", "2Gi")
        .PublishAsKubernetesService(Customize);

    private static void Customize(KubernetesResource resource)
    {
        var inside = Kubernetes.Redis.Is("internal");
        // All its settings are the chart's.
        resource.ConfigMap = null;
        var container = resource.Workload!.PodTemplate.Spec.Containers[0];
        container.EnvFrom.Clear();
        container.Env.Add(Pods.SecretVariable("REDIS_PASSWORD", Kubernetes.Secret.Text, "redis-password"));
        container.Env.Add(Pods.SecretVariable("REDISCLI_AUTH", Kubernetes.Secret.Text, "redis-password"));
        container.Args.AddRange(
        [
            "--port", Secured.Either("0", $"{Kubernetes.RedisPort}"), "--tls-port", Secured.Either($"{Kubernetes.RedisPort}", "0"), "--tls-auth-clients", "yes",
            "--tls-cert-file", $"{Secured.TlsPath}/tls.crt", "--tls-key-file", $"{Secured.TlsPath}/tls.key", "--tls-ca-cert-file", $"{Secured.TlsPath}/ca.crt",
            "--dir", "/data", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--maxmemory", new Value(resource.Name, "maxmemory").Text, "--maxmemory-policy", "noeviction", "--requirepass", "$(REDIS_PASSWORD)",
        ]);
        container.Env.Add(new EnvVarV1 { Name = "REDIS_TLS", Value = Secured.Either($"--tls --cert {Secured.TlsPath}/tls.crt --key {Secured.TlsPath}/tls.key --cacert {Secured.TlsPath}/ca.crt", "") });
        Secured.Mount(resource);
        container.VolumeMounts.Add(new VolumeMountV1 { Name = Data, MountPath = "/data" });
        // Loading a large file takes its time; it answers, but with an error.
        container.StartupProbe = Ping(period: 5, failures: 60);
        container.ReadinessProbe = Ping(period: 5, failures: 3);
        container.LivenessProbe = new ProbeV1 { TcpSocket = new TcpSocketActionV1 { Port = Kubernetes.RedisPort }, PeriodSeconds = 10, TimeoutSeconds = 5, FailureThreshold = 6 };
        Pods.Harden(resource, User, inside);
        resource.Workload.PodTemplate.Spec.TerminationGracePeriodSeconds = 60;

        resource.Workload = new GuardedWorkload(Set(resource), inside);
        resource.Service!.Spec.ClusterIp = "None";
        resource.AdditionalResources.Add(new Guarded(resource.Service, inside));
        resource.Service = null;
        resource.AdditionalResources.Add(Scaling.DisruptionBudget(resource, inside));
        resource.AdditionalResources.Add(Network.OfRedis(resource, Kubernetes.Redis));
    }

    private static StatefulSet Set(KubernetesResource resource)
    {
        var template = resource.Workload!.PodTemplate;
        var set = new StatefulSet { Metadata = { Name = "redis-statefulset", Labels = resource.Workload.Metadata.Labels } };
        set.Spec.ServiceName = resource.Service!.Metadata.Name;
        set.Spec.Replicas = 1;
        set.Spec.Selector = new LabelSelectorV1(new(template.Metadata.Labels));
        set.Spec.Template = template;
        set.Spec.UpdateStrategy = new StatefulSetUpdateStrategyV1 { Type = "RollingUpdate" };
        set.Spec.PersistentVolumeClaimRetentionPolicy = new StatefulSetPersistentVolumeClaimRetentionPolicyV1 { WhenDeleted = "Retain", WhenScaled = "Retain" };
        set.Spec.VolumeClaimTemplates.Add(Volumes.Claim(Data, "ReadWriteOnce", resource.Name));
        return set;
    }

    private static ProbeV1 Ping(int period, int failures)
    {
        var probe = new ProbeV1 { Exec = new ExecActionV1(), PeriodSeconds = period, TimeoutSeconds = 5, FailureThreshold = failures };
        probe.Exec.Command.AddRange(["sh", "-c", "redis-cli -e $REDIS_TLS ping"]);
        return probe;
    }
}

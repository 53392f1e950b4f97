using AppHost.Chart;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost;

/// <summary>What the application is in a cluster. All of it does nothing where the application runs here.</summary>
internal static class Kubernetes
{
    /// <summary>REST and console.</summary>
    public const int HttpPort = 8080;

    /// <summary>gRPC, of the orchestrator and of every agent.</summary>
    public const int GrpcPort = 8081;

    /// <summary>Health, of every agent.</summary>
    public const int ProbePort = 8082;

    /// <summary>Redis.</summary>
    public const int RedisPort = 6379;

    /// <summary>The user of the chiseled images.</summary>
    private const long User = 1654;

    private const string Orchestrator = "orchestrator";
    private const string DataPath = "/var/lib/agents";

    /// <summary>Whether replicas can share the volume of artifacts and signed heads. Where they cannot, there is one.</summary>
    private static readonly string s_shares = new Value(Orchestrator, "storage_access").Is("ReadWriteMany");

    /// <summary><c>internal</c> or <c>external</c>.</summary>
    public static Value Redis { get; } = new(Orchestrator, "redis");

    /// <summary>The name of the Secret that whoever installs the chart has made: the keys, and Redis' password.</summary>
    public static Value Secret { get; } = new(Orchestrator, "secret");

    /// <summary>Adds the cluster, with its store.</summary>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsPublishMode)
            return;
        builder.AddKubernetesEnvironment("kubernetes").WithDashboard(false).WithHelm(helm => helm
            .WithChartName("agents")
            .WithChartVersion("1.0.0")
            .WithChartDescription("A multi-agent orchestrator, its agents, and their store"));
        Store.Add(builder);
    }

    /// <summary>The orchestrator: replicas that share a store and a volume, or one with a volume of its own.</summary>
    public static IResourceBuilder<ProjectResource> OnKubernetes(this IResourceBuilder<ProjectResource> builder) =>
        !builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder : builder
            .Listen("http", HttpPort, "Http1")
            .Listen("grpc", GrpcPort, "Http2")
            .WithEnvironment("Store__Kind", "redis")
            .WithEnvironment("Store__Partitions", "16")
            .WithEnvironment("Artifacts__Path", $"{DataPath}/artifacts")
            .WithEnvironment("Audit__Path", $"{DataPath}/audit")
            .WithEnvironment("Security__KeyFile", $"{Secured.KeysPath}/credential.key")
            .WithEnvironment("Audit__KeyFile", $"{Secured.KeysPath}/audit.key")
            .WithEnvironment("Replicas__RetentionDays", "0")
            // The network policies say who may talk; keys say what may be done.
            .WithEnvironment("Access__Mode", "keys")
            .WithEnvironment("Access__AdminKeyFile", $"{Secured.KeysPath}/admin.key")
            .WithEnvironment("Access__AgentKeyFile", $"{Secured.KeysPath}/agent.key")
            .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "")
            .WithTelemetryAndLogs()
            .WithValue("otlp_port", "4317")
            .WithValue("secret", "agents-secrets")
            .WithTls()
            .WithValue("redis", "internal")
            .WithValue("redis_address", $"redis-service:{RedisPort}")
            .WithValue("redis_port", $"{RedisPort}")
            .WithValue("opa", "none")
            .WithValue("opa_image", "docker.io/openpolicyagent/opa:1.4.2-static")
            .WithValue("opa_address", "")
            .WithValue("opa_port", "8181")
            .WithValue("storage_size", "20Gi")
            .WithValue("storage_class", "")
            .WithValue("storage_access", "ReadWriteMany")
            .WithResources("500m", "512Mi", "2", "1Gi")
            .WithAutoscaler(least: 2, most: 6, waiting: 500, running: "queue_target", query: "", several: s_shares)
            .PublishAsKubernetesService(CustomizeOrchestrator)
            .PublishAsKubernetesService(resource => Opa.Add(resource, Path.Combine(builder.ApplicationBuilder.AppHostDirectory, "..", "policies")));

    /// <summary>An agent: copies that join the orchestrator and are reached by the addresses of their pods.</summary>
    /// <param name="builder">The agent.</param>
    /// <param name="most">Copies at most.</param>
    public static IResourceBuilder<ProjectResource> OnKubernetes(this IResourceBuilder<ProjectResource> builder, int most) =>
        !builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder : builder
            .Listen("grpc", GrpcPort, "Http2")
            .WithEnvironment("Agents__DrainSeconds", "120")
            .WithEnvironment("Agents__ApiKeyFile", $"{Secured.KeysPath}/agent.key")
            .WithEnvironment("Agents__MaxParallel", "2")
            .WithEnvironment("Workspaces__CachePath", "/var/cache/agents")
            .WithEnvironment("Models__Provider", "none")
            .WithEnvironment("Models__Model", "")
            .WithTelemetryAndLogs()
            .WithValue("models_secret", "agents-models")
            .WithValue("internet", "false")
            .WithResources("250m", "256Mi", "1", "1Gi")
            .WithAutoscaler(least: 1, most, waiting: 4, running: "Agents__MaxParallel", query: $"?role={builder.Resource.Name}")
            .PublishAsKubernetesService(CustomizeAgent);

    private static void CustomizeOrchestrator(KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        var container = pod.Containers[0];
        Pods.AddPodFacts(resource);
        container.Env.Add(Pods.SecretVariable("REDIS_PASSWORD", Secret.Text, "redis-password"));
        container.Env.Add(new EnvVarV1 { Name = "ConnectionStrings__redis", Value = $"{new Value(resource.Name, "redis_address").Text}{{{{ ternary `,ssl=true` `` (and (eq (toString .Values.config.orchestrator.tls) `mutual`) (eq (toString .Values.config.orchestrator.redis) `internal`)) }}}},password=$(REDIS_PASSWORD)" });
        container.StartupProbe = Get("/alive", period: 2, failures: 45);
        container.LivenessProbe = Get("/alive", period: 10, failures: 3);
        container.ReadinessProbe = Get("/health", period: 5, failures: 2);
        // First out of the service, then SIGTERM: it gives its partitions back, others take them at once. 30 s is what the host waits.
        container.Lifecycle = new LifecycleV1 { PreStop = new LifecycleHandlerV1 { Sleep = new SleepActionV1 { Seconds = 5 } } };
        pod.TerminationGracePeriodSeconds = 45;
        Pods.Harden(resource, User);
        Pods.MountEmpty(resource, "tmp", "/tmp", "1Gi");
        Pods.Mount(resource, "data", DataPath, volume => volume.PersistentVolumeClaim = new PersistentVolumeClaimVolumeSourceV1 { ClaimName = "orchestrator-data" });
        Secured.MountKeys(resource, "credential.key", "audit.key", "admin.key", "agent.key");
        Secured.Apply(resource, ("http", HttpPort), ("grpc", GrpcPort));
        // Browsers, scalers and kubelets have no certificate. They show a key.
        resource.ConfigMap!.Data["Kestrel__Endpoints__http__ClientCertificateMode"] = Secured.Either("NoCertificate", "");
        resource.Service!.Spec.Ports.Single(port => port.Name == "grpc").AppProtocol = Secured.Either("https", "kubernetes.io/h2c");
        resource.AdditionalResources.Add(Volumes.Claim("orchestrator-data", new Value(resource.Name, "storage_access").Text, resource.Name));
        Finish(resource, Network.OfOrchestrator(resource, Redis));
        // A new replica on another node would wait for the volume that the old one has. The bounds of a rolling update must not
        // be there then, so they are those of Kubernetes: none of two or three is away.
        var strategy = ((Deployment)resource.Workload).Spec.Strategy;
        (strategy.Type, strategy.RollingUpdate) = (s_shares.Choose("RollingUpdate", "Recreate"), null!);
    }

    private static void CustomizeAgent(KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        var container = pod.Containers[0];
        Pods.AddPodFacts(resource);
        container.Env.Add(new EnvVarV1 { Name = "Agents__InstanceName", Value = "$(POD_NAME)" });
        container.Env.Add(new EnvVarV1 { Name = "Agents__AdvertisedUrl", Value = Secured.Url($"$(POD_IP):{GrpcPort}") });
        container.EnvFrom.Add(new EnvFromSourceV1 { SecretRef = new SecretEnvSourceV1 { Name = new Value(resource.Name, "models_secret").Text, Optional = true } });
        container.StartupProbe = Ask(period: 2, failures: 45);
        container.LivenessProbe = Ask(period: 10, failures: 3);
        container.ReadinessProbe = Ask(period: 5, failures: 2);
        // Nobody comes by the service, so there is nothing to wait for before SIGTERM; then: Agents:DrainSeconds, and 15 s to cancel and to fetch.
        pod.TerminationGracePeriodSeconds = 140;
        Pods.Harden(resource, User);
        Pods.MountEmpty(resource, "tmp", "/tmp", "4Gi");
        Pods.MountEmpty(resource, "cache", "/var/cache/agents", "10Gi");
        // The address of each pod; one that is shared would reach any of them.
        resource.Service!.Spec.ClusterIp = "None";
        Secured.MountKeys(resource, "agent.key");
        Secured.Apply(resource, ("grpc", GrpcPort));
        resource.ConfigMap!.Data["services__orchestrator__grpc__0"] = Secured.Url($"orchestrator-service:{GrpcPort}");
        // Kubelets ask without TLS: at a port that tells how the process is, and nothing else.
        resource.ConfigMap.Data["Kestrel__Endpoints__probe__Url"] = $"http://*:{ProbePort}";
        resource.ConfigMap.Data["Kestrel__Endpoints__probe__Protocols"] = "Http2";
        resource.ConfigMap.Data["OTEL_EXPORTER_OTLP_ENDPOINT"] = new Value(Orchestrator, "OTEL_EXPORTER_OTLP_ENDPOINT").Text;
        Finish(resource, Network.OfAgent(resource));
    }

    private static void Finish(KubernetesResource resource, IEnumerable<Manifest> network)
    {
        Scaling.Spread(resource);
        resource.AdditionalResources.Add(Scaling.DisruptionBudget(resource));
        resource.AdditionalResources.AddRange(network);
    }

    private static IResourceBuilder<ProjectResource> Listen(this IResourceBuilder<ProjectResource> builder, string name, int port, string protocols) => builder
        .WithEndpoint(name, e => (e.Port, e.TargetPort) = (port, port))
        .WithEnvironment($"Kestrel__Endpoints__{name}__Protocols", protocols);

    private static IResourceBuilder<ProjectResource> WithTelemetryAndLogs(this IResourceBuilder<ProjectResource> builder) => builder
        .WithEnvironment("OTEL_SERVICE_NAME", builder.Resource.Name)
        .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .WithEnvironment("Logging__Json", "true");

    private static ProbeV1 Get(string path, int period, int failures) =>
        new() { HttpGet = new HttpGetActionV1 { Path = path, Port = HttpPort, Scheme = Secured.ProbeScheme }, PeriodSeconds = period, TimeoutSeconds = 5, FailureThreshold = failures };

    private static ProbeV1 Ask(int period, int failures) =>
        new() { Grpc = new GrpcActionV1 { Port = ProbePort }, PeriodSeconds = period, TimeoutSeconds = 5, FailureThreshold = failures };
}

using Deploy.Tests.Chart;
using Deploy.Tests.Tools;

namespace Deploy.Tests.Processes;

/// <summary>
/// The chart's processes on this machine, each with the environment and arguments that the manifests declare. What only a
/// cluster has is mapped: addresses and ports to free ones of the loopback, mounted folders to folders of the test, secrets to
/// values of the test, container names to built programs.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const string Password = "a password of the test";
    private readonly List<Pod> _pods = [];

    private Cluster(Rendered rendered, string folder)
    {
        (Rendered, Folder) = (rendered, folder);
        Service = new ServiceRelay();
        Secrets = new Secrets(folder, Mounted("/etc/agents/keys"), Mounted("/etc/agents/tls"));
        Directory.CreateDirectory(Mounted("/var/lib/agents"));
        Directory.CreateDirectory(Documents);
        File.WriteAllText(Path.Combine(Documents, "leases.md"), "# Leases\n\nA lease lasts five seconds. A replica that holds a lease renews it every second.\n");
    }

    /// <summary>A workspace on the host of clients, where no pod sees it.</summary>
    public string Documents => Path.Combine(Folder, "client", "documents");

    public Rendered Rendered { get; }

    public Secrets Secrets { get; }

    /// <summary>Whether every hop has TLS.</summary>
    public bool HasTls => Rendered.Get("ConfigMap", "orchestrator-config").Text("data.Transport__ClientCertificates") == "required";

    private string Scheme => HasTls ? "https" : "http";

    public string Folder { get; }

    public int RedisPort { get; } = FreePorts.Next();

    /// <summary>The orchestrator's service.</summary>
    public ServiceRelay Service { get; }

    public static async Task<Cluster> CreateAsync(params string[] values) => new(await Rendered.FromKeptChartAsync(values), Directory.CreateTempSubdirectory("cluster-").FullName);

    /// <summary>Where a path of the containers is.</summary>
    public string Mounted(string path) => Path.Combine(Folder, "mounts", path.TrimStart('/'));

    /// <summary>The store, with the stateful set's arguments.</summary>
    public async Task<Pod> StartRedisAsync(params string[] more)
    {
        var container = Rendered.Get("StatefulSet", "redis-statefulset").List("spec.template.spec.containers")[0];
        var data = Directory.CreateDirectory(Mounted("/data")).FullName;
        var variables = Variables(container, "redis");
        var arguments = container.Texts("args").Select(argument => Expand(argument, variables)).Select(argument => argument switch { "/data" => data, "6379" => $"{RedisPort}", ['/', ..] => Mounted(argument), _ => argument });
        var pod = Add(Pod.Start("redis", Folder, "redis-server", ["--bind", "127.0.0.1", .. arguments, .. more], variables));
        await Waiting.UntilAsync(async () => (await RedisCliAsync("ping")).Contains("PONG", StringComparison.Ordinal), () => pod.Said);
        return pod;
    }

    public async Task<string> RedisCliAsync(params string[] arguments) =>
        (await Programs.RunAsync("redis-cli", ["-p", $"{RedisPort}", "-a", Password, "--no-auth-warning", .. HasTls ? Secrets.OfRedisCli : [], .. arguments])).Output;

    /// <summary>A replica of the orchestrator, ready and part of the service.</summary>
    public async Task<Pod> StartOrchestratorAsync(string name)
    {
        var (http, grpc) = (FreePorts.Next(), FreePorts.Next());
        var pod = Start("orchestrator", name, Repository.Built("Orchestrator", "Orchestrator.dll"), http, grpc);
        var container = Container("orchestrator");
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
            await Probes.HttpAsync(pod, new Uri($"{container.Text($"{probe}.httpGet.scheme")!.ToLowerInvariant()}://127.0.0.1:{http}{container.Text($"{probe}.httpGet.path")}"));
        Service.Add(grpc);
        return pod;
    }

    /// <summary>A copy of an agent, ready.</summary>
    public async Task<Pod> StartAgentAsync(string role)
    {
        var (probe, grpc) = (FreePorts.Next(), FreePorts.Next());
        var project = $"Agents.{char.ToUpperInvariant(role[0])}{role[1..]}";
        var pod = Start(role, $"{role}-0", Repository.Built(project.Replace('.', '/'), project + ".dll"), probe, grpc);
        await Probes.GrpcAsync(pod, probe);
        return pod;
    }

    /// <summary>Somebody with a key, at the service.</summary>
    public Client Client() => new(Service.Port, Documents, address => Secrets.Handler(address, http2: true), Scheme);

    public TimeSpan Grace(string component) => TimeSpan.FromSeconds(int.Parse(Rendered.Get("Deployment", $"{component}-deployment").Text("spec.template.spec.terminationGracePeriodSeconds")!));

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods)
            await pod.DisposeAsync();
        await Service.DisposeAsync();
        Secrets.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private KubeObject Container(string component) => Rendered.Get("Deployment", $"{component}-deployment").List("spec.template.spec.containers")[0];

    private Pod Start(string component, string name, string program, int http, int grpc)
    {
        var variables = Variables(Container(component), name).ToDictionary(v => v.Key, v => Map(v.Value, http, grpc));
        return Add(Pod.Start(name, Folder, "dotnet", ["exec", program], variables, http, grpc));
    }

    private Pod Add(Pod pod)
    {
        _pods.Add(pod);
        return pod;
    }

    /// <summary>As a kubelet makes them: config maps and secrets first, then the variables, which may name those before them.</summary>
    private Dictionary<string, string> Variables(KubeObject container, string pod)
    {
        Dictionary<string, string> variables = [];
        foreach (var source in container.List("envFrom"))
        {
            if (source.Text("configMapRef.name") is { } name)
            {
                foreach (var (key, value) in Rendered.Get("ConfigMap", name).Map("data"))
                    variables[key] = value;
            }
            else
            {
                source.Text("secretRef.optional").ShouldBe("true", "the test has no such secret");
            }
        }

        foreach (var variable in container.List("env"))
        {
            variables[variable.Text("name")!] = variable.Text("valueFrom.fieldRef.fieldPath") switch
            {
                "metadata.name" => pod,
                "status.podIP" => "127.0.0.1",
                _ when variable.Text("valueFrom.secretKeyRef.key") == "redis-password" => Password,
                _ => Expand(variable.Text("value")!, variables),
            };
        }

        return variables;
    }

    private static string Expand(string text, Dictionary<string, string> variables) => variables.Aggregate(text, (all, v) => all.Replace($"$({v.Key})", v.Value));

    private string Map(string value, int http, int grpc) => value switch
    {
        "http://*:8080" or "https://*:8080" or "http://*:8082" => $"{value.Split(':')[0]}://127.0.0.1:{http}",
        "http://*:8081" or "http://127.0.0.1:8081" or "https://*:8081" or "https://127.0.0.1:8081" => $"{value.Split(':')[0]}://127.0.0.1:{grpc}",
        "http://orchestrator-service:8081" or "https://orchestrator-service:8081" => $"{value.Split(':')[0]}://127.0.0.1:{Service.Port}",
        _ when value.StartsWith("redis-service:6379", StringComparison.Ordinal) => value.Replace("redis-service:6379", $"127.0.0.1:{RedisPort}"),
        ['/', ..] => Mounted(value),
        _ => value,
    };
}

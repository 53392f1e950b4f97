using Aspire.Hosting.Kubernetes;

namespace AppHost.Chart;

/// <summary>Who may talk to whom: everything else is refused by clusters that enforce network policies.</summary>
internal static class Network
{
    private const string Client = "agents-client";

    /// <summary>The orchestrator hears agents and labelled clients, and reaches agents and the store.</summary>
    public static IEnumerable<Manifest> OfOrchestrator(KubernetesResource resource, Value redis)
    {
        yield return Policy(resource, "networkpolicy", Select.These(resource.Name), null,
            [
                Rule("from", [Pods(Select.AllBut("redis", resource.Name))], Kubernetes.GrpcPort),
                Rule("from", [Labelled("namespaceSelector"), Labelled("podSelector")], Kubernetes.HttpPort, Kubernetes.GrpcPort),
            ],
            [Names(), Rule("to", [Pods(Select.AllBut("redis", resource.Name))], Kubernetes.GrpcPort)]);
        yield return Policy(resource, "redis-networkpolicy", Select.These(resource.Name), redis.Is("internal"), null, [Rule("to", [Pods(Select.These("redis"))], Kubernetes.RedisPort)]);
        yield return Policy(resource, "external-redis-networkpolicy", Select.These(resource.Name), redis.Is("external"), null,
            [Anywhere(new Value(resource.Name, "redis_port").Number)]);
        yield return Policy(resource, "opa-networkpolicy", Select.These(resource.Name), new Value(resource.Name, "opa_address").Path, null,
            [Anywhere(new Value(resource.Name, "opa_port").Number)]);
        var otlp = new Value(resource.Name, "OTEL_EXPORTER_OTLP_ENDPOINT");
        yield return Policy(resource, "otlp-networkpolicy", Select.AllBut("redis"), otlp.Path, null, [Anywhere(new Value(resource.Name, "otlp_port").Number)]);
    }

    /// <summary>An agent hears and reaches the orchestrator, and the internet by HTTPS where the value <c>internet</c> says so.</summary>
    public static IEnumerable<Manifest> OfAgent(KubernetesResource resource)
    {
        Dictionary<string, object> orchestrator = Pods(Select.These("orchestrator"));
        yield return Policy(resource, "networkpolicy", Select.These(resource.Name), null,
            [Rule("from", [orchestrator], Kubernetes.GrpcPort)], [Names(), Rule("to", [orchestrator], Kubernetes.GrpcPort)]);
        yield return Policy(resource, "internet-networkpolicy", Select.These(resource.Name), new Value(resource.Name, "internet").Is("true"), null, [Internet()]);
    }

    /// <summary>Redis hears the orchestrator and reaches nobody.</summary>
    public static Manifest OfRedis(KubernetesResource resource, Value redis) => Policy(
        resource, "networkpolicy", Select.These(resource.Name), redis.Is("internal"), [Rule("from", [Pods(Select.These("orchestrator"))], Kubernetes.RedisPort)], []);

    private static Manifest Policy(KubernetesResource resource, string name, Dictionary<string, object> pods, string? condition, List<object>? ingress, List<object> egress)
    {
        Dictionary<string, object> spec = new() { ["podSelector"] = pods };
        spec["policyTypes"] = ingress is null ? new List<string> { "Egress" } : new List<string> { "Ingress", "Egress" };
        if (ingress is not null)
            spec["ingress"] = ingress;
        if (egress.Count > 0)
            spec["egress"] = egress;
        return new Manifest("networking.k8s.io/v1", "NetworkPolicy", $"{resource.Name}-{name}", condition) { Body = { ["spec"] = spec } };
    }

    private static Dictionary<string, object> Rule(string direction, List<object> peers, params int[] ports) => new()
    {
        [direction] = peers,
        ["ports"] = ports.Select(port => Port("TCP", port)).ToList(),
    };

    private static Dictionary<string, object> Names() => new() { ["ports"] = new List<object> { Port("UDP", 53), Port("TCP", 53) } };

    private static Dictionary<string, object> Anywhere(object port) => new() { ["ports"] = new List<object> { Port("TCP", port) } };

    private static Dictionary<string, object> Internet() => new()
    {
        ["to"] = new List<object>
        {
            new Dictionary<string, object>
            {
                ["ipBlock"] = new Dictionary<string, object>
                {
                    ["cidr"] = "0.0.0.0/0",
                    ["except"] = new List<string> { "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16" },
                },
            },
        },
        ["ports"] = new List<object> { Port("TCP", 443) },
    };

    private static Dictionary<string, object> Port(string protocol, object port) => new() { ["protocol"] = protocol, ["port"] = port };

    private static Dictionary<string, object> Pods(Dictionary<string, object> selector) => new() { ["podSelector"] = selector };

    private static Dictionary<string, object> Labelled(string selector) => new()
    {
        [selector] = new Dictionary<string, object> { ["matchLabels"] = new Dictionary<string, object> { [Client] = "true" } },
    };
}

namespace Deploy.Tests.Chart;

/// <summary>Who may open a connection to whom, worked out of the policies as a cluster would.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task Policies_ByDefault_AllowOnlyWhoMustTalk()
    {
        var allowed = Allowed(await Rendered.FromKeptChartAsync());

        string[] expected =
        [
            "orchestrator → redis:6379",
            .. Components.Agents.SelectMany(agent => (string[])[$"orchestrator → {agent}:8081", $"{agent} → orchestrator:8081"]),
        ];
        allowed.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Policies_EveryPod_HasIngressAndEgressRestricted()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        foreach (var component in Components.All)
        {
            var types = rendered.All("NetworkPolicy").Where(p => Selects(p, "spec.podSelector", component)).SelectMany(p => p.Texts("spec.policyTypes")).Distinct();
            types.ShouldBe(["Ingress", "Egress"], ignoreOrder: true, component);
        }
    }

    [Fact]
    public async Task Policies_Strangers_GetInWithTheLabelOnlyAndToTheOrchestratorOnly()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        // Peers without both selectors: a namespace's is of all its pods, a pod's of the release's own namespace.
        var strangers = rendered.All("NetworkPolicy").SelectMany(policy => policy.List("spec.ingress").SelectMany(rule => Peers(policy, rule))).Where(peer => !IsOfTheRelease(peer.Peer)).ToList();

        strangers.Select(peer => (peer.Policy, peer.Ports, Labels: string.Join(' ', peer.Peer.Map("namespaceSelector.matchLabels").Select(l => $"namespace {l.Key}={l.Value}").Concat(peer.Peer.Map("podSelector.matchLabels").Select(l => $"pod {l.Key}={l.Value}")))))
            .ShouldBe([("orchestrator-networkpolicy", "8080 8081", "namespace agents-client=true"), ("orchestrator-networkpolicy", "8080 8081", "pod agents-client=true")]);

        static IEnumerable<(string Policy, string Ports, KubeObject Peer)> Peers(KubeObject policy, KubeObject rule)
        {
            rule.List("from").ShouldNotBeEmpty($"{policy.Name} lets in everybody");
            return rule.List("from").Select(peer => (policy.Name, string.Join(' ', rule.List("ports").Select(port => port.Text("port"))), peer));
        }

        static bool IsOfTheRelease(KubeObject peer) => peer.Node("namespaceSelector") is null && peer.Map("podSelector.matchLabels").GetValueOrDefault("app.kubernetes.io/instance") == "agents";
    }

    [Fact]
    public async Task Policies_OtherHosts_AreReachedWhereTheyAreSetAndByWhomTheyAreFor()
    {
        string[] none = [.. Components.Services.SelectMany(service => (string[])[$"{service} → 53 TCP", $"{service} → 53 UDP"])];
        Outside(await Rendered.FromKeptChartAsync()).ShouldBe(none, ignoreOrder: true);

        var all = Outside(await Rendered.FromKeptChartAsync(
            "config.orchestrator.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "config.orchestrator.otlp_port=4318", "config.orchestrator.redis=external",
            "config.orchestrator.redis_port=6380", "config.orchestrator.opa_address=http://opa.policies:8182", "config.orchestrator.opa_port=8182"));

        string[] more = ["orchestrator → 6380 TCP", "orchestrator → 8182 TCP", .. Components.Services.Select(service => $"{service} → 4318 TCP")];
        all.ShouldBe([.. none, .. more], ignoreOrder: true);

        // Rules that say no peer.
        static List<string> Outside(Rendered rendered) =>
        [
            .. from component in Components.All
               from policy in rendered.All("NetworkPolicy")
               where Selects(policy, "spec.podSelector", component)
               from rule in policy.List("spec.egress")
               where rule.Node("to") is null
               from port in rule.List("ports")
               select $"{component} → {port.Text("port")} {port.Text("protocol")}",
        ];
    }

    [Fact]
    public async Task Policies_InternetByValue_IsPublicHttpsOnly()
    {
        (await Rendered.FromKeptChartAsync()).Objects.ShouldNotContain(o => o.Name.EndsWith("internet-networkpolicy", StringComparison.Ordinal));

        var policy = (await Rendered.FromKeptChartAsync("config.executor.internet=true")).Get("NetworkPolicy", "executor-internet-networkpolicy");

        Selects(policy, "spec.podSelector", "executor").ShouldBeTrue();
        Selects(policy, "spec.podSelector", "planner").ShouldBeFalse();
        policy.List("spec.egress").ShouldHaveSingleItem().List("ports").ShouldHaveSingleItem().Text("port").ShouldBe("443");
        policy.Texts("spec.egress.0.to.0.ipBlock.except").ShouldBe(["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]);
    }

    // A connection needs both: one policy of the sender that lets it out, and one of the receiver that lets it in.
    private static List<string> Allowed(Rendered rendered)
    {
        var policies = rendered.All("NetworkPolicy").ToList();
        return
        [
            .. from sender in Components.All
               from receiver in Components.All
               from port in (string[])["6379", "8080", "8081", "8082"]
               where Lets("Egress", "egress", "to", sender, receiver, port) && Lets("Ingress", "ingress", "from", receiver, sender, port)
               select $"{sender} → {receiver}:{port}",
        ];

        bool Lets(string type, string rules, string peers, string owner, string other, string port) => policies
            .Where(p => p.Texts("spec.policyTypes").Contains(type) && Selects(p, "spec.podSelector", owner))
            .SelectMany(p => p.List($"spec.{rules}"))
            .Any(rule => rule.List("ports").Any(p => p.Text("port") == port)
                && (rule.Node(peers) is null || rule.List(peers).Any(peer => peer.Node("namespaceSelector") is null && peer.Node("podSelector") is not null && Selects(peer, "podSelector", other))));
    }

    private static bool Selects(KubeObject owner, string path, string component)
    {
        Dictionary<string, string> labels = new() { ["app.kubernetes.io/instance"] = "agents", ["app.kubernetes.io/component"] = component };
        return owner.Map($"{path}.matchLabels").All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
            && owner.List($"{path}.matchExpressions").All(e => e.Text("operator") == "NotIn" && !e.Texts("values").Contains(labels[e.Text("key")!]));
    }
}

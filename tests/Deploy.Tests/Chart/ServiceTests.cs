using System.Text.RegularExpressions;

namespace Deploy.Tests.Chart;

/// <summary>Addresses lead to pods.</summary>
public sealed partial class ServiceTests
{
    [Fact]
    public async Task Services_All_LeadToPortsOfTheirOwnPods()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        foreach (var component in Components.All)
        {
            var service = rendered.Get("Service", $"{component}-service");
            var workload = rendered.All("Deployment", "StatefulSet").Single(w => w.Component == component);
            var labels = workload.Map("spec.template.metadata.labels");
            foreach (var (label, value) in service.Map("spec.selector"))
                labels.GetValueOrDefault(label).ShouldBe(value, component);
            service.Map("spec.selector")["app.kubernetes.io/component"].ShouldBe(component);
            var open = workload.List("spec.template.spec.containers.0.ports").Select(port => port.Text("containerPort"));
            service.List("spec.ports").Select(port => port.Text("targetPort")).ShouldBe(open, component);
            // Only the orchestrator's copies are all alike; agents are called one by one, and there is one Redis.
            service.Text("spec.clusterIP").ShouldBe(component == "orchestrator" ? null : "None");
        }

        rendered.Get("StatefulSet", "redis-statefulset").Text("spec.serviceName").ShouldBe("redis-service");
    }

    [Fact]
    public async Task Addresses_InSettings_AreThoseOfServices()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        var known = rendered.All("Service").SelectMany(service => service.List("spec.ports").Select(port => $"{service.Name}:{port.Text("port")}")).ToHashSet();
        var used = rendered.Files.Values.SelectMany(text => Address().Matches(text)).Select(match => match.Value).ToHashSet();

        used.ShouldBeSubsetOf(known);
        used.ShouldContain("orchestrator-service:8081");
        used.ShouldContain("redis-service:6379");
        // Each agent is called by the address of its pod, where it listens.
        foreach (var agent in Components.Agents)
        {
            var variables = rendered.Get("Deployment", $"{agent}-deployment").List("spec.template.spec.containers.0.env");
            variables.Single(v => v.Text("name") == "Agents__AdvertisedUrl").Text("value").ShouldBe("http://$(POD_IP):8081");
            variables.Single(v => v.Text("name") == "POD_IP").Text("valueFrom.fieldRef.fieldPath").ShouldBe("status.podIP");
        }
    }

    [GeneratedRegex("[a-z]+-service:[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

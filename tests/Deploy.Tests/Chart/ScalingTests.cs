namespace Deploy.Tests.Chart;

/// <summary>One autoscaler for each deployment, by value.</summary>
public sealed class ScalingTests
{
    [Theory]
    [InlineData("cpu", "HorizontalPodAutoscaler")]
    [InlineData("queue", "ScaledObject")]
    [InlineData("none", null)]
    public async Task Autoscaler_ByValue_IsTheOnlyOne(string value, string? kind)
    {
        var rendered = await Rendered.FromKeptChartAsync([.. Components.Services.Select(component => $"config.{component}.autoscaler={value}"), "config.writer.replicas_max=9"]);

        var scalers = rendered.All("HorizontalPodAutoscaler", "ScaledObject").ToList();
        scalers.Select(s => s.Kind).Distinct().ShouldBe(kind is null ? [] : [kind]);
        scalers.Select(s => s.Text("spec.scaleTargetRef.name")).ShouldBe(kind is null ? [] : Components.Services.Select(c => $"{c}-deployment"), ignoreOrder: true);
        scalers.SingleOrDefault(s => s.Component == "writer")?.Text(kind == "ScaledObject" ? "spec.maxReplicaCount" : "spec.maxReplicas").ShouldBe("9");
        // The number of copies is the autoscaler's: an update of the chart does not set it back.
        foreach (var component in Components.Services)
            rendered.Get("Deployment", $"{component}-deployment").Node("spec.replicas").ShouldBeNull();
    }

    [Fact]
    public async Task Queue_OfAnAgent_IsAskedForItsRole()
    {
        var rendered = await Rendered.FromKeptChartAsync("config.reviewer.autoscaler=queue");

        var triggers = rendered.Get("ScaledObject", "reviewer-scaledobject").List("spec.triggers");
        triggers.Select(t => t.Text("metadata.valueLocation")).ShouldBe(["depth", "running"]);
        foreach (var trigger in triggers)
        {
            trigger.Text("type").ShouldBe("metrics-api");
            trigger.Text("metadata.url").ShouldBe("http://orchestrator-service.agents.svc:8080/api/metrics/queue?role=reviewer");
        }

        // More than a copy can work on would let busy copies go.
        triggers[1].Text("metadata.targetValue").ShouldBe(rendered.Get("ConfigMap", "reviewer-config").Text("data.Agents__MaxParallel"));
    }
}

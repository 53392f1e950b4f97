namespace Deploy.Tests.Chart;

/// <summary>What pods keep, and share.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task Volumes_ThatOneNodeAloneCanWriteTo_AllowOneReplica()
    {
        var rendered = await Rendered.FromKeptChartAsync("config.orchestrator.storage_access=ReadWriteOnce");

        List<KubeObject> claims = [.. rendered.All("PersistentVolumeClaim"), .. rendered.Get("StatefulSet", "redis-statefulset").List("spec.volumeClaimTemplates")];
        claims.Select(claim => claim.Name).ShouldBe(["orchestrator-data", "data"]);
        foreach (var claim in claims)
        {
            claim.Texts("spec.accessModes").ShouldBe(["ReadWriteOnce"]);
            claim.Text("spec.storageClassName").ShouldBe("null");
        }

        // A second replica could not have the volume, so there must never be one, not for the moment of an update either.
        var hpa = rendered.Get("HorizontalPodAutoscaler", "orchestrator-hpa");
        (hpa.Text("spec.minReplicas"), hpa.Text("spec.maxReplicas")).ShouldBe(("1", "1"));
        var strategy = rendered.Get("Deployment", "orchestrator-deployment");
        strategy.Text("spec.strategy.type").ShouldBe("Recreate");
        strategy.Node("spec.strategy.rollingUpdate").ShouldBeNull("Kubernetes refuses it beside Recreate");
    }

    [Theory]
    [InlineData("cpu", "HorizontalPodAutoscaler", "spec.minReplicas", "spec.maxReplicas")]
    [InlineData("queue", "ScaledObject", "spec.minReplicaCount", "spec.maxReplicaCount")]
    public async Task Volumes_ByDefault_AreForSeveralReplicas(string autoscaler, string kind, string least, string most)
    {
        var rendered = await Rendered.FromKeptChartAsync(
            "config.orchestrator.storage_class=nfs", "config.redis.storage_class=fast", $"config.orchestrator.autoscaler={autoscaler}");

        var claim = rendered.Get("PersistentVolumeClaim", "orchestrator-data");
        claim.Texts("spec.accessModes").ShouldBe(["ReadWriteMany"]);
        claim.Text("spec.storageClassName").ShouldBe("nfs");
        rendered.Get("StatefulSet", "redis-statefulset").Text("spec.volumeClaimTemplates.0.spec.storageClassName").ShouldBe("fast");
        var scaler = rendered.All(kind).Single(scaler => scaler.Component == "orchestrator");
        (scaler.Text(least), scaler.Text(most)).ShouldBe(("2", "6"));
        rendered.Get("Deployment", "orchestrator-deployment").Text("spec.strategy.type").ShouldBe("RollingUpdate");
    }

    [Fact]
    public async Task Agents_WriteBoundedVolumesThatEndWithThem()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        foreach (var agent in Components.Agents)
        {
            var deployment = rendered.Get("Deployment", $"{agent}-deployment");
            var volumes = deployment.List("spec.template.spec.volumes");
            volumes.ShouldAllBe(volume => volume.Node("persistentVolumeClaim") == null);
            var writable = deployment.List("spec.template.spec.containers.0.volumeMounts").Where(mount => mount.Text("readOnly") != "true").ToDictionary(mount => mount.Text("mountPath")!, mount => mount.Text("name"));
            writable.Keys.ShouldBe(["/tmp", rendered.Get("ConfigMap", $"{agent}-config").Text("data.Workspaces__CachePath")!]);
            foreach (var name in writable.Values)
                volumes.Single(volume => volume.Text("name") == name).Text("emptyDir.sizeLimit").ShouldNotBeNullOrEmpty();
        }
    }
}

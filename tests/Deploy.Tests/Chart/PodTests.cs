namespace Deploy.Tests.Chart;

/// <summary>What every pod may do and gets, and how it comes and goes.</summary>
public sealed class PodTests
{
    [Fact]
    public async Task Pods_All_AreRestricted()
    {
        var rendered = await Rendered.FromKeptChartAsync("config.orchestrator.opa=sidecar");

        var workloads = rendered.All("Deployment", "StatefulSet").ToList();
        workloads.Select(w => w.Component).ShouldBe(Components.All, ignoreOrder: true);
        foreach (var workload in workloads)
        {
            const string pod = "spec.template.spec";
            workload.Text($"{pod}.automountServiceAccountToken").ShouldBe("false");
            workload.Text($"{pod}.enableServiceLinks").ShouldBe("false");
            workload.Text($"{pod}.securityContext.runAsNonRoot").ShouldBe("true");
            workload.Text($"{pod}.securityContext.runAsUser").ShouldNotBe("0");
            workload.Text($"{pod}.securityContext.seccompProfile.type").ShouldBe("RuntimeDefault");
            foreach (var allowed in (string[])["hostNetwork", "hostPID", "hostIPC"])
                workload.Node($"{pod}.{allowed}").ShouldBeNull();
            rendered.Get("ServiceAccount", workload.Text($"{pod}.serviceAccountName")!).Text("automountServiceAccountToken").ShouldBe("false");
            foreach (var container in workload.List($"{pod}.containers"))
            {
                container.Text("securityContext.allowPrivilegeEscalation").ShouldBe("false");
                container.Text("securityContext.readOnlyRootFilesystem").ShouldBe("true");
                container.Texts("securityContext.capabilities.drop").ShouldBe(["ALL"]);
                container.Node("securityContext.capabilities.add").ShouldBeNull();
                foreach (var amount in (string[])["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"])
                    container.Text($"resources.{amount}").ShouldNotBeNullOrEmpty();
            }
        }
    }

    [Fact]
    public async Task Probes_OfServices_AskWhatTheyServe()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        var orchestrator = rendered.Get("Deployment", "orchestrator-deployment").List("spec.template.spec.containers")[0];
        orchestrator.Text("startupProbe.httpGet.path").ShouldBe("/alive");
        orchestrator.Text("livenessProbe.httpGet.path").ShouldBe("/alive");
        orchestrator.Text("readinessProbe.httpGet.path").ShouldBe("/health");
        var redis = rendered.Get("StatefulSet", "redis-statefulset").List("spec.template.spec.containers")[0];
        foreach (var probe in (string[])["startupProbe", "readinessProbe"])
            redis.Texts($"{probe}.exec.command").ShouldBe(["sh", "-c", "redis-cli -e $REDIS_TLS ping"]);
        redis.Text("livenessProbe.tcpSocket.port").ShouldBe("6379");
        foreach (var agent in Components.Agents)
        {
            var container = rendered.Get("Deployment", $"{agent}-deployment").List("spec.template.spec.containers")[0];
            foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
                container.Text($"{probe}.grpc.port").ShouldBe("8082");
            rendered.Get("ConfigMap", $"{agent}-config").Text("data.Kestrel__Endpoints__probe__Url").ShouldBe("http://*:8082");
        }
    }

    [Fact]
    public async Task Updates_OfServices_GoOneByOneWithTimeToDrain()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        foreach (var component in Components.Services)
        {
            var deployment = rendered.Get("Deployment", $"{component}-deployment");
            deployment.Text("spec.strategy.type").ShouldBe("RollingUpdate");
            // The orchestrator's are those of Kubernetes: a quarter, which of two or three is nobody.
            deployment.Text("spec.strategy.rollingUpdate.maxUnavailable").ShouldBe(component == "orchestrator" ? null : "0");
            deployment.Node("spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0").ShouldNotBeNull();
            deployment.Text("spec.template.spec.topologySpreadConstraints.0.topologyKey").ShouldBe("topology.kubernetes.io/zone");
            rendered.Get("PodDisruptionBudget", $"{component}-pdb").Text("spec.maxUnavailable").ShouldBe("1");

            var drain = component == "orchestrator"
                ? 30 + int.Parse(deployment.Text("spec.template.spec.containers.0.lifecycle.preStop.sleep.seconds")!)
                : int.Parse(rendered.Get("ConfigMap", $"{component}-config").Text("data.Agents__DrainSeconds")!) + 15;
            int.Parse(deployment.Text("spec.template.spec.terminationGracePeriodSeconds")!).ShouldBeGreaterThan(drain);
        }
    }

    [Fact]
    public async Task Redis_InTheCluster_KeepsWhatItIsToldAndForgetsNothing()
    {
        var rendered = await Rendered.FromKeptChartAsync();

        var set = rendered.Get("StatefulSet", "redis-statefulset");
        string.Join(' ', set.Texts("spec.template.spec.containers.0.args")).ShouldContain("--appendonly yes --appendfsync everysec");
        string.Join(' ', set.Texts("spec.template.spec.containers.0.args")).ShouldContain("--maxmemory-policy noeviction");
        set.List("spec.template.spec.containers.0.volumeMounts").Select(mount => mount.Text("name")).ShouldContain(set.Text("spec.volumeClaimTemplates.0.metadata.name"));
        set.Text("spec.persistentVolumeClaimRetentionPolicy.whenDeleted").ShouldBe("Retain");

        var outside = await Rendered.FromKeptChartAsync("config.orchestrator.redis=external", "config.orchestrator.redis_address=redis.example:6380");
        outside.Objects.ShouldNotContain(o => o.Component == "redis");
        outside.Get("Deployment", "orchestrator-deployment").List("spec.template.spec.containers.0.env")
            .Single(e => e.Text("name") == "ConnectionStrings__redis").Text("value").ShouldBe("redis.example:6380,password=$(REDIS_PASSWORD)");
    }

    [Fact]
    public async Task Secrets_AreNamedAndNeverWrittenDown()
    {
        foreach (var rendered in (Rendered[])[await Rendered.FromKeptChartAsync(), await Rendered.FromKeptChartAsync(ValidTests.Everything)])
        {
            // Said, so that a key that is missing ends the start instead of opening the door.
            rendered.Get("ConfigMap", "orchestrator-config").Text("data.Access__Mode").ShouldBe("keys");
            rendered.Objects.ShouldNotContain(o => o.Kind == "Secret");
            foreach (var container in rendered.All("Deployment", "StatefulSet").SelectMany(w => w.List("spec.template.spec.containers")))
            {
                foreach (var variable in container.List("env").Where(e => e.Text("name")!.Contains("PASSWORD", StringComparison.Ordinal) || e.Text("name")!.Contains("AUTH", StringComparison.Ordinal)))
                    variable.Text("valueFrom.secretKeyRef.name").ShouldBe("agents-secrets");
            }
        }

        var orchestrator = (await Rendered.FromKeptChartAsync("config.orchestrator.secret=mine")).Get("Deployment", "orchestrator-deployment");
        orchestrator.List("spec.template.spec.volumes").Single(v => v.Text("name") == "keys").Text("secret.secretName").ShouldBe("mine");
        foreach (var agent in Components.Agents)
        {
            var sources = (await Rendered.FromKeptChartAsync($"config.{agent}.models_secret=mine")).Get("Deployment", $"{agent}-deployment").List("spec.template.spec.containers.0.envFrom");
            sources.Single(source => source.Text("secretRef.name") == "mine").Text("secretRef.optional").ShouldBe("true");
        }

        File.ReadAllText(Path.Combine(Tools.Programs.Chart, "values.yaml")).ShouldContain("secrets: {}");
    }

    [Fact]
    public async Task Opa_Chosen_StandsBesideTheOrchestratorWithTheRules()
    {
        var without = await Rendered.FromKeptChartAsync();
        var with = await Rendered.FromKeptChartAsync("config.orchestrator.opa=sidecar");

        without.Get("Deployment", "orchestrator-deployment").List("spec.template.spec.containers").Count.ShouldBe(1);
        without.Get("ConfigMap", "orchestrator-config").Text("data.Policy__Opa").ShouldBe("");
        without.Objects.ShouldNotContain(o => o.Name == "orchestrator-opa");
        with.Get("Deployment", "orchestrator-deployment").List("spec.template.spec.containers").Select(c => c.Text("name")).ShouldBe(["orchestrator", "opa"]);
        with.Get("ConfigMap", "orchestrator-config").Text("data.Policy__Opa").ShouldBe("http://127.0.0.1:8181");
        foreach (var file in (string[])["tools.rego", "tools.json"])
            with.Get("ConfigMap", "orchestrator-opa").Map("data")[file].ShouldBe(File.ReadAllText(Path.Combine(Repository.Root, "policies", file)));
    }
}

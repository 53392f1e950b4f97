using Deploy.Tests.Tools;

namespace Deploy.Tests.Chart;

/// <summary>Helm accepts the chart, and the API of Kubernetes every object that it can yield.</summary>
public sealed class ValidTests : IDisposable
{
    /// <summary>Everything that is off by default.</summary>
    public static readonly string[] Everything =
    [
        "config.orchestrator.opa=sidecar", "config.orchestrator.tls=mutual", "config.orchestrator.redis=external", "config.orchestrator.redis_address=redis.example:6379",
        "config.orchestrator.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "config.orchestrator.autoscaler=queue",
        "config.orchestrator.storage_access=ReadWriteOnce", "config.orchestrator.storage_class=fast", "config.redis.storage_class=fast",
        .. Components.Agents.SelectMany(agent => (string[])[$"config.{agent}.autoscaler=queue", $"config.{agent}.internet=true"]),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("deploy-").FullName;

    [Fact]
    public async Task Lint_KeptChart_FindsNothing()
    {
        var result = await Programs.HelmAsync("lint", "--strict", Programs.Chart);

        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
        result.Output.ShouldContain("1 chart(s) linted, 0 chart(s) failed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Documents_WithEveryValue_FitTheApi(bool everything)
    {
        var rendered = await Rendered.FromKeptChartAsync(everything ? Everything : []);

        var (code, said) = await ValidateAsync(string.Concat(rendered.Files.Values));

        code.ShouldBe(0, said);
        said.ShouldContain($"{rendered.Objects.Count} documents, 0 faults");
        rendered.Objects.Select(o => (o.Kind, o.Name)).ShouldBeUnique();
    }

    [Fact]
    public async Task Documents_UnknownFieldWrongTypeAndUnknownKind_AreFound()
    {
        var rendered = await Rendered.FromKeptChartAsync();
        var wrong = rendered.Files["planner.yaml"].Replace("automountServiceAccountToken: false\n      containers", "automountServiceAccountTokn: false\n      containers")
            .Replace("maxReplicas: 5", "maxReplicas: five").Replace("PodDisruptionBudget", "PodInterruptionBudget");

        var (code, said) = await ValidateAsync(wrong);

        code.ShouldBe(1);
        said.ShouldContain("Deployment/planner-deployment");
        said.ShouldContain("automountServiceAccountTokn");
        said.ShouldContain("HorizontalPodAutoscaler/planner-hpa");
        said.ShouldContain("policy/v1 has no kind PodInterruptionBudget");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Said)> ValidateAsync(string text)
    {
        var file = Path.Combine(_folder, "documents.yaml");
        await File.WriteAllTextAsync(file, text);
        var result = await Programs.RunAsync("node", Path.Combine(Programs.Folder, "validate.mjs"), file);
        return (result.ExitCode, result.Output + result.Errors);
    }
}

/// <summary>What the application is made of.</summary>
internal static class Components
{
    public static string[] Agents { get; } = ["planner", "executor", "researcher", "analyst", "developer", "writer", "reviewer"];

    public static string[] Services { get; } = ["orchestrator", .. Agents];

    public static string[] All { get; } = ["redis", .. Services];
}

using System.Text.RegularExpressions;
using Deploy.Tests.Tools;
using YamlDotNet.RepresentationModel;

namespace Deploy.Tests.Chart;

/// <summary>Alerts are on metrics that there are.</summary>
public sealed partial class AlertTests
{
    // Of ASP.NET Core, kube-state-metrics, the kubelet and cAdvisor.
    private static readonly string[] s_others =
    [
        "http_server_request_duration_seconds_count", "kube_deployment_status_replicas_available", "kube_deployment_spec_replicas", "kube_statefulset_status_replicas_ready",
        "kube_pod_container_resource_limits", "kube_pod_container_status_restarts_total", "kube_horizontalpodautoscaler_status_current_replicas",
        "kube_horizontalpodautoscaler_spec_max_replicas", "container_memory_working_set_bytes", "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes",
    ];

    [Fact]
    public async Task Alerts_EveryMetricAndWorkload_Exists()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Programs.Chart, "alerts.yaml"))));
        var rules = new KubeObject(stream.Documents[0].RootNode).List("groups.0.rules").Select(rule => rule.Text("expr")!).ToList();
        var ours = Sources().SelectMany(text => Instrument().Matches(text)).Select(match => match.Groups["name"].Value.Replace('.', '_')).ToHashSet();
        var rendered = await Rendered.FromKeptChartAsync();

        rules.Count.ShouldBeGreaterThan(5);
        foreach (var metric in rules.SelectMany(rule => Metric().Matches(NotMetrics().Replace(rule, ""))).Select(match => match.Value))
            (s_others.Contains(metric) || ours.Contains(metric) || ours.Contains(Suffix().Replace(metric, ""))).ShouldBeTrue($"there is no metric {metric}");
        foreach (var name in rules.SelectMany(rule => Workload().Matches(rule)).Select(match => match.Groups["name"].Value))
            rendered.Objects.ShouldContain(o => o.Name == name);
    }

    private static IEnumerable<string> Sources() => ((string[])["Agents", "Orchestrator", "ServiceDefaults"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(File.ReadAllText);

    // An instrument of a meter, or a helper that makes one: the name comes first, or after the meter.
    [GeneratedRegex("""\b(?:Create(?:Observable)?(?:Counter|UpDownCounter|Gauge|Histogram)(?:<\w+>)?|Duration|Count|Mean)\(\s*(?:_?[Mm]eter,\s*)?"(?<name>[a-z_.]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Instrument();

    // Labels: in selectors, and what is grouped by.
    [GeneratedRegex(@"\{[^}]*\}|\b(by|on|without) \([^)]*\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NotMetrics();

    [GeneratedRegex(@"\b[a-z]+_[a-z_]+\b(?!\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();

    // What Prometheus adds for the unit and the kind.
    [GeneratedRegex("(_seconds|_bytes)?(_total|_count|_sum|_bucket)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Suffix();

    [GeneratedRegex("""\b(?:deployment|statefulset)!?="(?<name>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex Workload();
}

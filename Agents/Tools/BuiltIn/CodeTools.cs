using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Rules.Metrics;

namespace Agents.Tools.BuiltIn;

/// <summary>code.metrics.</summary>
internal sealed class CodeTools
{
    [Tool("code.metrics", Description = "Measures programs: {totals, languages, largest files, complex functions, duplication, notes}; the twenty most of each.", Risk = ToolRisk.Low)]
    public static Task<JsonObject> MetricsAsync(
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Folder or file. Default: all.")] string? path = null,
        [Description("Globs; only these.")] IReadOnlyList<string>? include = null,
        [Description("Globs; not these.")] IReadOnlyList<string>? exclude = null) => Task.Run(
        () =>
        {
            var taker = new MetricsTaker();
            taker.Read(call.Folder.Files, Walks.Options(path, include, exclude), progress: null, cancellationToken);
            var metrics = JsonSerializer.SerializeToNode(taker.Finish(), AgentJson.Options)!.AsObject();
            // They need a history, which git.log reads.
            metrics.Remove("hotspots");
            return metrics;
        },
        cancellationToken);
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Measure;

namespace Bench.Runner;

/// <summary>The table, for people and for programs.</summary>
internal static class Report
{
    public static async Task WriteAsync(Options options, Results results)
    {
        var text = Table(options, results);
        Console.WriteLine();
        Console.WriteLine(text);
        Directory.CreateDirectory(options.Output);
        await File.WriteAllTextAsync(Path.Combine(options.Output, "results.md"), text);
        await File.WriteAllTextAsync(Path.Combine(options.Output, "results.json"), Json(results));
    }

    private static string Json(Results results)
    {
        JsonObject By(Func<SystemResults, double> value) => new(results.Systems.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, Number(value(pair.Value)))));
        return new JsonObject
        {
            ["closed_loop_flows_per_s"] = By(system => system.FlowsPerSecond),
            ["idle_p50_ms"] = By(system => system.IdleP50),
            ["task_cost_10000_over_100"] = Number(results.TaskCostRatio),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    private static JsonNode? Number(double value) => double.IsFinite(value) ? Math.Round(value, 3) : null;

    private static string Table(Options options, Results results)
    {
        var text = new StringBuilder();
        text.AppendLine("# Results").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Fan-out 8, fan-in 1, no-op work, durable in Redis (append-only file, everysec). {options.Repetitions} repetitions, alternating; medians, least and greatest in brackets.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Describe()}").AppendLine();
        text.AppendLine("| | this system | BullMQ | bare loop |").AppendLine("|---|---|---|---|");
        Row("flows/s, 50 in flight", "0", system => system.Closed.Select(closed => closed.Loop.FlowsPerSecond));
        Row("time of a flow, 50 in flight, p50, ms", "0.0", system => system.Closed.Select(closed => closed.Loop.P50Ms));
        Row("time of a flow, 50 in flight, p99, ms", "0.0", system => system.Closed.Select(closed => closed.Loop.P99Ms));
        Row("time of a flow, idle system, p50, ms", "0.00", system => system.Idle.Select(idle => idle.P50Ms));
        Row("time of a flow, idle system, p99, ms", "0.00", system => system.Idle.Select(idle => idle.P99Ms));
        Row("processor time per task, all processes, µs", "0", system => system.Closed.Select(closed => closed.Cpu.Values.Sum()));
        Row("of it Redis, µs", "0.0", system => system.Closed.Select(closed => closed.Cpu["redis"]));
        Row("scripts per task", "0.00", system => system.Closed.Select(closed => closed.ScriptsPerTask));
        Row("commands of Redis per task, those of scripts included", "0.00", system => system.Closed.Select(closed => closed.CommandsPerTask));
        text.AppendLine();

        if (results.Systems.TryGetValue("agents", out var agents))
        {
            var cpu = agents.Closed[0].Cpu.Keys.Select(name => $"{name} {Statistics.Median(agents.Closed.Select(closed => closed.Cpu[name])):0.0}");
            text.AppendLine(CultureInfo.InvariantCulture, $"This system, per task: processor time {string.Join(", ", cpu)} µs; the orchestrator allocates {results.AllocatedPerTask / 1024:0.0} KiB; the log grows by {results.BytesPerRun / 9:0} bytes in {results.EventsPerRun / 9:0.0} events.");
            text.AppendLine(CultureInfo.InvariantCulture, $"{results.HistoriesChecked} histories were checked; {(results.Violations.Count == 0 ? "all are right" : string.Join("; ", results.Violations))}.").AppendLine();
            text.AppendLine("| ratio | measured | target |").AppendLine("|---|---|---|");
            Ratios(text, results, agents);
            foreach (var line in results.Growth)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {line} |");
            }
        }

        return text.ToString();

        void Row(string name, string format, Func<SystemResults, IEnumerable<double>> values)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} |");
            foreach (var key in new[] { "agents", "bullmq", "bare_loop" })
            {
                text.Append(results.Systems.TryGetValue(key, out var system) ? $" {Spread([.. values(system)], format)} |" : " |");
            }

            text.AppendLine();
        }
    }

    private static void Ratios(StringBuilder text, Results results, SystemResults agents)
    {
        if (results.Systems.TryGetValue("bullmq", out var peer))
        {
            Ratio("closed loop, this system over BullMQ", agents.FlowsPerSecond / peer.FlowsPerSecond, "≥ 3");
            Ratio("idle p50, this system over BullMQ", agents.IdleP50 / peer.IdleP50, "≤ 0.5");
        }

        if (results.Systems.TryGetValue("bare_loop", out var bare))
        {
            Ratio("closed loop, this system over the bare loop", agents.FlowsPerSecond / bare.FlowsPerSecond, "≥ 0.5");
            Ratio("idle p50, this system over the bare loop", agents.IdleP50 / bare.IdleP50, "≤ 2");
            if (peer is not null)
            {
                Ratio("closed loop, the bare loop over BullMQ (below 4 the run does not count)", bare.FlowsPerSecond / peer.FlowsPerSecond, "≥ 4");
            }
        }

        void Ratio(string name, double value, string target) => text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value:0.00} | {target} |");
    }

    private static string Spread(List<double> values, string format) => values.Count == 0 ? "" :
        $"{Statistics.Median(values).ToString(format)} ({values.Min().ToString(format)}–{values.Max().ToString(format)})";
}

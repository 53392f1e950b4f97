using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;

namespace Agents.Writer.Tests;

/// <summary>Inputs as other agents give them, in JSON, so that the reading is tested too.</summary>
internal static class Reports
{
    public static ReportOutput Write(string json) => ReportWriter.Write(JsonSerializer.Deserialize<ReportInput>(json, AgentJson.Options)!);

    public static ReportOutput Audit(string findings, string more = "") =>
        Write($$"""{"title": "Audit", "request": "Audit this", "kind": "audit", "findings": {{findings}}{{(more.Length > 0 ? ", " + more : "")}}}""");

    public static string Finding(string rule, string file, int line, string severity = "HIGH", string category = "security", string message = "Bad.", string more = "") =>
        new JsonObject
        {
            ["rule"] = rule,
            ["title"] = $"Title of {rule}",
            ["category"] = category,
            ["severity"] = severity,
            ["file"] = file,
            ["start_line"] = line,
            ["end_line"] = line,
            ["message"] = message,
            ["remedy"] = "Do better.",
            ["snippet"] = $"code of line {line}",
        }.ToJsonString()[..^1] + (more.Length > 0 ? ", " + more : "") + "}";

    public static string Review(string category, params string[] findings) =>
        $$"""{"category": "{{category}}", "findings": [{{string.Join(",", findings)}}], "files_scanned": 3, "lines_scanned": 100, "rules": ["r1"], "skipped": []}""";
}

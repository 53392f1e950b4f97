using System.Text.Json.Nodes;
using Cli.Display;
using Protos.V1;

namespace Cli.Reports;

/// <summary>What is printed when a run has ended.</summary>
internal static class RunSummaryText
{
    private const int MaxFindings = 5;
    private const int MaxCitations = 5;
    private const int MaxSummaryLines = 20;

    public static void Write(TextWriter output, RunResult result, IReadOnlyList<string> files)
    {
        var report = ReportFiles.Report(result);
        output.WriteLine();
        output.WriteLine($"{Words.Of(result.Status)} in {Words.Duration(TimeSpan.FromSeconds(result.DurationSeconds))}: run {result.RunId}, playbook {result.Playbook}");
        if (result.Failure is { } failure)
        {
            output.WriteLine(Words.Printable($"{failure.Code}: {failure.Message}"));
        }

        var summary = report["summary"]!.GetValue<string>().TrimEnd().Split('\n');
        foreach (var line in summary.Take(MaxSummaryLines))
        {
            output.WriteLine(Words.Printable(line));
        }

        if (summary.Length > MaxSummaryLines)
        {
            output.WriteLine($"… {summary.Length - MaxSummaryLines} more lines in the report");
        }

        Findings(output, (JsonArray)report["findings"]!);
        Citations(output, [.. ((JsonArray)report["citations"]!).OfType<JsonObject>()]);
        ByModel(output, result);
        foreach (var missing in (JsonArray)report["missing"]!)
        {
            output.WriteLine($"Missing: {Words.OneLine(missing?.ToString() ?? "", 200)}");
        }

        if (files.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"Written: {string.Join(", ", files)}");
        }
    }

    private static void ByModel(TextWriter output, RunResult result)
    {
        string[] parts = [.. result.Tasks.Where(task => task.ModelParts.Count > 0).Select(task => $"{task.Id} ({string.Join(", ", task.ModelParts)})")];
        if (parts.Length > 0)
        {
            output.WriteLine(Words.OneLine($"By a language model: {string.Join(", ", parts)}", 200));
        }

        string[] skills = [.. result.Tasks.SelectMany(task => task.Skills).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (skills.Length > 0)
        {
            output.WriteLine(Words.OneLine($"By the skills: {string.Join(", ", skills)}", 200));
        }
    }

    // The numbers are those of the answer's text.
    private static void Citations(TextWriter output, JsonObject[] citations)
    {
        for (var i = 0; i < citations.Length && i < MaxCitations; i++)
        {
            var quote = Words.OneLine(citations[i]["quote"]?.ToString() ?? "", 100);
            output.WriteLine(Words.Printable($"  [{i + 1}] {citations[i]["file"]}:{citations[i]["start_line"]}  \"{quote}\""));
        }

        if (citations.Length > MaxCitations)
        {
            output.WriteLine($"  … {citations.Length - MaxCitations} more");
        }
    }

    private static void Findings(TextWriter output, JsonArray findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        var counts = findings.OfType<JsonObject>().GroupBy(finding => finding["severity"]?.ToString() ?? "").ToDictionary(group => group.Key, group => group.Count());
        output.WriteLine($"{findings.Count} findings: {string.Join(", ", new[] { "HIGH", "MEDIUM", "LOW" }.Select(severity => $"{counts.GetValueOrDefault(severity)} {severity}"))}");
        foreach (var finding in findings.OfType<JsonObject>().Take(MaxFindings))
        {
            var title = Words.OneLine(finding["title"]?.ToString() ?? "", 80);
            output.WriteLine(Words.Printable($"  {finding["severity"],-6} {finding["file"]}:{finding["start_line"]}  {title} [{finding["rule"]}]"));
        }

        if (findings.Count > MaxFindings)
        {
            output.WriteLine($"  … {findings.Count - MaxFindings} more");
        }
    }
}

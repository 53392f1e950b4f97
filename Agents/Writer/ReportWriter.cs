using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;
using Agents.Writer.Sarif;
using Agents.Writer.Sections;

namespace Agents.Writer;

/// <summary>Writes a report: reads what the agents gave, then one section after the other.</summary>
internal static class ReportWriter
{
    private const int MostFindings = 5_000;

    // Three quarters of what a message carries: findings are told three times (data, Markdown, SARIF).
    private const long MostBytes = 12 * 1024 * 1024;

    /// <summary>Writes it. Never fails over what is missing; a report that is too large for a message keeps the worst findings.</summary>
    /// <param name="input">What the agents gave.</param>
    /// <param name="prose">What a model wrote of it; null: the summary is made by rules alone.</param>
    /// <param name="problem">Why there is no such text although there is a model; it is told among what is missing.</param>
    public static ReportOutput Write(ReportInput input, string? prose = null, string? problem = null)
    {
        for (var maxFindings = MostFindings; ; maxFindings /= 2)
        {
            var output = Write(Report.Read(input, maxFindings, prose, problem));
            if (maxFindings < 20 || Size(output) <= MostBytes)
                return output;
        }
    }

    /// <summary>Reads the input as the report would.</summary>
    public static Report Read(ReportInput input) => Report.Read(input, MostFindings);

    private static ReportOutput Write(Report report)
    {
        var summary = SummarySection.Write(report);
        var text = new StringBuilder();
        text.Append("# ").Append(MarkdownText.Escape(report.Input.Title)).Append("\n\n");
        if (report.Input.Request.Trim() is { Length: > 0 } request)
            text.Append("Request:\n\n").Append(MarkdownText.Quote(Shorten(request, 2_000))).Append('\n');
        text.Append("## Summary\n\n").Append(summary).Append('\n');
        DataSection.Write(report, text);
        AnswerSection.Write(report, text);
        FindingsSection.Write(report, text);
        FixSection.Write(report, text);
        ChangeSection.Write(report, text);
        MetricsSection.Write(report, text);
        MissingSection.Write(report, text);

        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["report.md"] = text.ToString() };
        if (report.IsAudit)
            files["report.sarif"] = SarifWriter.Write(report.Findings, report.Missing);
        foreach (var chart in report.Charts)
            files[chart.Name] = chart.Svg;
        return new ReportOutput(summary, report.Findings, report.Numbering.Citations, report.Missing, files);
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), " …");

    private static long Size(ReportOutput output) => JsonSerializer.SerializeToUtf8Bytes(output, Hosting.AgentJson.Options).LongLength;
}

using System.Text;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>Pictures, each a file beside the report.</summary>
internal static class ChartsSection
{
    public static void Write(IEnumerable<ReportChart> charts, StringBuilder text)
    {
        foreach (var chart in charts)
            text.Append("![").Append(MarkdownText.Escape(chart.Description)).Append("](").Append(chart.Name).Append(")\n\n");
    }
}

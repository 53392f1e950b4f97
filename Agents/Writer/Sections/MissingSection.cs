using System.Text;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>What the reader must not think was looked at.</summary>
internal static class MissingSection
{
    public static void Write(Report report, StringBuilder text)
    {
        text.Append("## What is missing\n\n");
        if (report.Missing.Count == 0 && report.Skipped.Count == 0)
            text.Append("Nothing that is known of.\n");
        foreach (var line in report.Missing)
            text.Append("- ").Append(MarkdownText.Sentence(line)).Append('\n');
        if (report.Skipped.Count == 0)
            return;

        text.Append(report.Missing.Count > 0 ? "\n" : "").Append("Files that were left out:\n\n| Reason | Files | For example |\n|---|--:|---|\n");
        foreach (var skip in report.Skipped)
        {
            var examples = string.Join(", ", skip.Examples.Select(MarkdownText.Code));
            text.Append("| ").Append(MarkdownText.Cell(MarkdownText.Sentence(skip.Reason))).Append(" | ").Append(Words.Number(skip.Count)).Append(" | ").Append(MarkdownText.Cell(examples)).Append(" |\n");
        }
    }
}

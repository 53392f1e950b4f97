using System.Text;
using Agents.Writer.Findings;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>The few lines that say what came of it. Also what the command line prints.</summary>
internal static class SummarySection
{
    private const int Worst = 5;

    public static string Write(Report report)
    {
        var text = new StringBuilder();
        if (report.Prose is { } prose)
            text.Append(GuestMarkdown.Host(prose)).Append("\n\n");
        if (report.IsAudit || report.Parts.Count > 0)
            WriteAudit(report, text);
        if (report.IsData)
            text.Append(DataSection.Summary(report));
        if (report.IsFeature)
            ChangeSection.WriteSummary(report, text);
        if (report.Answers.Count > 0 || !(report.IsAudit || report.IsData || report.IsFeature))
            WriteAnswer(report, text);
        if (report.Missing.Count > 0)
            text.Append("Not in this report: ").Append(Words.Count(report.Missing.Count, "thing")).Append(", listed under *What is missing*.\n");
        return text.ToString();
    }

    private static void WriteAudit(Report report, StringBuilder text)
    {
        text.Append(LookedAt(report)).Append("\n\n");
        if (report.Findings.Count == 0)
        {
            text.Append("**No findings.**\n\n");
            return;
        }

        var counts = Severities.All.Select(severity => $"{report.Findings.Count(finding => finding.Severity == severity)} {severity.ToLowerInvariant()}");
        text.Append("**").Append(Words.Count(report.Findings.Count, "finding")).Append(": ").AppendJoin(", ", counts).Append(".**\n\n");
        text.Append("| Category | HIGH | MEDIUM | LOW |\n|---|--:|--:|--:|\n");
        foreach (var category in report.Findings.GroupBy(finding => finding.Category).OrderBy(group => Categories.Rank(group.Key)).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("| ").Append(MarkdownText.Cell(MarkdownText.Escape(category.Key)));
            foreach (var severity in Severities.All)
                text.Append(" | ").Append(category.Count(finding => finding.Severity == severity));
            text.Append(" |\n");
        }

        text.Append("\nThe worst:\n\n");
        foreach (var finding in WorstOf(report.Findings))
            text.Append("- **").Append(finding.Severity).Append("** ").Append(Words.Place(finding)).Append(": ").Append(MarkdownText.Sentence(finding.Title)).Append(" (").Append(MarkdownText.Escape(finding.Rule)).Append(")\n");
        text.Append('\n');
        if (FixSection.OneLine(report) is { } fix)
            text.Append(fix).Append("\n\n");
    }

    // One of each rule first: five times the same says less.
    private static IEnumerable<Finding> WorstOf(IReadOnlyList<Finding> findings)
    {
        var seen = new Dictionary<string, int>();
        return findings
            .Select((finding, index) =>
            {
                var nth = seen[finding.Rule] = seen.GetValueOrDefault(finding.Rule) + 1;
                return (finding, index, nth);
            })
            .ToList()
            .OrderBy(item => Severities.Rank(item.finding.Severity))
            .ThenBy(item => item.nth > 1)
            .ThenBy(item => item.index)
            .Take(Worst)
            .Select(item => item.finding);
    }

    private static string LookedAt(Report report)
    {
        if (report.Inventory is { } inventory)
        {
            var languages = inventory.Items("languages").Select(language => language.Text("language")).OfType<string>().Take(4).Select(MarkdownText.Escape).ToArray();
            var lines = inventory.Long("lines") is { } count ? $" with {Words.Number(count)} lines" : "";
            var of = languages.Length > 0 ? $" ({string.Join(", ", languages)})" : "";
            return $"Looked at {Words.Count(inventory.Long("source_files") ?? 0, "source file")} of {Words.Count(inventory.Long("files_total") ?? 0, "file")}{lines}{of}.";
        }

        var byCategory = report.Parts.GroupBy(part => part.Category).Select(group => (Files: group.Sum(part => part.FilesScanned), Lines: group.Sum(part => part.LinesScanned))).OrderByDescending(sum => sum.Lines).FirstOrDefault();
        return byCategory.Files > 0
            ? $"Looked at {Words.Count(byCategory.Files, "file")} with {Words.Number(byCategory.Lines)} lines."
            : "It is not known how many files were looked at.";
    }

    private static void WriteAnswer(Report report, StringBuilder text)
    {
        if (report.Answers.Count == 0)
            text.Append("**There is no answer**; the passages that were found are listed.\n\n");
        foreach (var (part, answer) in report.Prose is null ? report.Answers : [])
        {
            if (!part.Answered)
                text.Append("**The documents do not answer this.** ");
            text.Append(GuestMarkdown.Host(answer)).Append("\n\n");
        }

        if (report.Numbering.Citations.Count == 0)
            return;
        text.Append(Words.Count(report.Numbering.Citations.Count, "citation"));
        if (report.Check is { } check)
            text.Append("; ").Append(check.Confirmed).Append(" of ").Append(check.Checked).Append(" checked ones stand literally in the cited lines");
        text.Append(".\n\n");
    }
}

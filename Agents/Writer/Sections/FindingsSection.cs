using System.Text;
using Agents.Writer.Findings;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>The findings by severity, then by rule. A rule that fires often is told once, and its places are listed.</summary>
internal static class FindingsSection
{
    private const int WithSnippet = 10;
    private const int SnippetLines = 12;
    private const int SnippetColumns = 200;

    public static void Write(Report report, StringBuilder text)
    {
        if (report.Findings.Count == 0)
            return;
        text.Append("## Findings\n\n");
        foreach (var severity in Severities.All)
        {
            var findings = report.Findings.Where(finding => finding.Severity == severity).ToArray();
            if (findings.Length == 0)
                continue;
            text.Append("### ").Append(severity).Append(" (").Append(findings.Length).Append(")\n\n");
            foreach (var rule in findings.GroupBy(finding => (finding.Category, finding.Rule)))
                WriteRule([.. rule], text);
        }
    }

    private static void WriteRule(IReadOnlyList<Finding> findings, StringBuilder text)
    {
        var first = findings[0];
        text.Append("#### ").Append(MarkdownText.Sentence(first.Title)).Append(" (").Append(MarkdownText.Escape(first.Rule)).Append(")\n\n");
        text.Append(MarkdownText.Escape(first.Category));
        if (first.Cwe is not null)
            text.Append(", ").Append(Cwe(first.Cwe));
        text.Append(", ").Append(Words.Count(findings.Count, "place")).Append(".\n\n");

        var remedy = findings.Select(finding => finding.Remedy).Distinct().Count() == 1 ? first.Remedy : null;
        if (remedy is { Length: > 0 })
            text.Append("Remedy: ").Append(MarkdownText.Sentence(remedy)).Append("\n\n");
        foreach (var finding in findings.Take(WithSnippet))
            WriteFinding(finding, remedy is null, text);
        if (findings.Count > WithSnippet)
            text.Append("Also at:\n\n");
        foreach (var finding in findings.Skip(WithSnippet))
            text.Append("- ").Append(Words.Place(finding)).Append('\n');
        if (findings.Count > WithSnippet)
            text.Append('\n');
    }

    private static void WriteFinding(Finding finding, bool withRemedy, StringBuilder text)
    {
        text.Append("- ").Append(Words.Place(finding)).Append(": ").Append(MarkdownText.Sentence(finding.Message)).Append('\n');
        if (withRemedy && finding.Remedy.Length > 0)
            text.Append("  Remedy: ").Append(MarkdownText.Sentence(finding.Remedy)).Append('\n');
        if (Snippet(finding.Snippet) is { Length: > 0 } snippet)
            text.Append('\n').Append(MarkdownText.Fence(snippet, Fences.Language(finding.File), "  "));
        text.Append('\n');
    }

    private static string Snippet(string snippet)
    {
        var lines = MarkdownText.Lines(snippet);
        var shown = lines.Take(SnippetLines).Select(line => line.Length <= SnippetColumns ? line : string.Concat(line.AsSpan(0, SnippetColumns), " …"));
        return string.Join('\n', lines.Count > SnippetLines ? shown.Append("…") : shown).TrimEnd();
    }

    private static string Cwe(string cwe)
    {
        var digits = cwe.AsSpan()[(cwe.LastIndexOf('-') + 1)..];
        return digits.Length is > 0 and < 6 && digits.IndexOfAnyExceptInRange('0', '9') < 0
            ? $"[CWE-{digits}](https://cwe.mitre.org/data/definitions/{digits}.html)"
            : MarkdownText.Escape(cwe);
    }
}

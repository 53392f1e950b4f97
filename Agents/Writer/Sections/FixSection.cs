using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>The fix that a developer proposes, and what its reviewer says.</summary>
internal static class FixSection
{
    /// <summary>For the summary. Null: no fix was asked for.</summary>
    public static string? OneLine(Report report)
    {
        if (report.Fix is not { } fix)
            return null;
        if (!fix.Flag("applied"))
            return $"No fix: {MarkdownText.Sentence(fix.Text("note") is { Length: > 0 } note ? note : "no finding carries a mechanical change")}";
        var score = report.FixReview?.Whole("score") is { } given ? $", reviewed at {given} of 100" : ", not reviewed";
        return $"One fix is proposed, in {MarkdownText.Code(fix.Text("file") ?? "?")} for {MarkdownText.Escape(fix.Text("rule") ?? "?")}{score}.";
    }

    public static void Write(Report report, StringBuilder text)
    {
        if (report.Fix is not { } fix)
            return;
        text.Append("## Proposed fix\n\n").Append(OneLine(report)).Append("\n\n");
        if (!fix.Flag("applied"))
            return;
        if (fix.Text("description") is { Length: > 0 } description)
            text.Append(MarkdownText.Sentence(description)).Append("\n\n");
        text.Append("The workspace was not touched; this is the change:\n\n").Append(MarkdownText.Fence(fix.Text("diff") ?? "", "diff")).Append('\n');
        if (fix.Text("note") is { Length: > 0 } note)
            text.Append(MarkdownText.Sentence(note)).Append("\n\n");
        if (report.FixReview is { } review)
            WriteReview(review, text);
    }

    private static void WriteReview(JsonElement review, StringBuilder text)
    {
        text.Append("Review: ").Append(review.Whole("score") ?? 0).Append(" of 100, ").Append(MarkdownText.Escape(review.Text("verdict") ?? "no verdict")).Append(". ")
            .Append(MarkdownText.Sentence(review.Text("summary") ?? "")).Append("\n\n");
        foreach (var finding in review.Items("findings"))
        {
            text.Append("- **").Append(MarkdownText.Escape(finding.Text("severity") ?? "LOW")).Append("** ")
                .Append(MarkdownText.Sentence(finding.Text("title") ?? "")).Append(": ").Append(MarkdownText.Sentence(finding.Text("message") ?? "")).Append('\n');
        }

        text.Append('\n');
    }
}

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
        if (fix.Items("fixes").Count() is > 1 and var many)
            return $"{many} fixes are proposed, in {Words.Count(fix.Items("fixes").Select(one => one.Text("file")).Distinct().Count(), "file")}{score}.";
        return $"One fix is proposed, in {MarkdownText.Code(fix.Text("file") ?? "?")} for {MarkdownText.Escape(fix.Text("rule") ?? "?")}{score}.";
    }

    public static void Write(Report report, StringBuilder text)
    {
        if (report.Fix is not { } fix)
            return;
        text.Append("## Proposed fix\n\n").Append(OneLine(report)).Append("\n\n");
        if (!fix.Flag("applied"))
        {
            WriteNotApplied(fix, text);
            return;
        }

        if (fix.Text("description") is { Length: > 0 } description)
            text.Append(MarkdownText.Sentence(description)).Append("\n\n");
        foreach (var one in fix.Items("fixes"))
            text.Append("- ").Append(Place(one)).Append(": ").Append(MarkdownText.Sentence(one.Text("description") ?? "")).Append(" (").Append(MarkdownText.Escape(one.Text("rule") ?? "")).Append(")\n");
        text.Append(fix.Items("fixes").Any() ? "\n" : "").Append("The workspace was not touched; this is the change:\n\n").Append(MarkdownText.Fence(fix.Text("diff") ?? "", "diff")).Append('\n');
        if (fix.Text("note") is { Length: > 0 } note)
            text.Append(MarkdownText.Sentence(note)).Append("\n\n");
        WriteNotApplied(fix, text);
        if (report.FixReview is { } review)
            WriteReview(review, text);
    }

    private static void WriteNotApplied(JsonElement fix, StringBuilder text)
    {
        if (!fix.Items("not_applied").Any())
            return;
        text.Append("Not applied:\n\n");
        foreach (var one in fix.Items("not_applied"))
            text.Append("- ").Append(Place(one)).Append(", ").Append(MarkdownText.Escape(one.Text("rule") ?? "")).Append(": ").Append(MarkdownText.Sentence(one.Text("reason") ?? "")).Append(".\n");
        text.Append('\n');
    }

    private static string Place(JsonElement one) => MarkdownText.Code($"{one.Text("file")}:{one.Whole("line") ?? 1}");

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

using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>What was built: the change, its tests, and what reviewers say of it.</summary>
internal static class ChangeSection
{
    /// <summary>For the summary.</summary>
    public static void WriteSummary(Report report, StringBuilder text)
    {
        if (report.Change is not { } change)
        {
            text.Append("**Nothing was built.**\n\n");
            return;
        }

        var files = change.Items("files").ToArray();
        text.Append("**").Append(Words.Count(files.Length, "file")).Append(" changed: ").Append(files.Sum(file => file.Whole("added") ?? 0)).Append(" lines added, ")
            .Append(files.Sum(file => file.Whole("deleted") ?? 0)).Append(" deleted.** ").Append(Tests(change)).Append("\n\n");
        if (report.Prose is null && change.Text("summary") is { Length: > 0 } summary)
            text.Append(GuestMarkdown.Host(summary)).Append("\n\n");
        foreach (var review in report.Reviews)
            text.Append("- ").Append(Score(review)).Append('\n');
        if (report.Reviews.Count > 0)
            text.Append('\n');
    }

    public static void Write(Report report, StringBuilder text)
    {
        if (report.Change is not { } change)
            return;
        text.Append("## Change\n\n| File | | Added | Deleted |\n|---|---|--:|--:|\n");
        foreach (var file in change.Items("files"))
        {
            text.Append("| ").Append(MarkdownText.Cell(MarkdownText.Code(file.Text("file") ?? "?"))).Append(" | ").Append(MarkdownText.Cell(MarkdownText.Escape(file.Text("kind") ?? ""))).Append(" | ")
                .Append(file.Whole("added") ?? 0).Append(" | ").Append(file.Whole("deleted") ?? 0).Append(" |\n");
        }

        text.Append('\n').Append(Tests(change)).Append("\n\n");
        if (change.Child("tests")?.Text("output") is { Length: > 0 } output)
            text.Append(MarkdownText.Fence(output, "")).Append('\n');
        foreach (var unmet in change.Texts("unmet"))
            text.Append("- Not met: ").Append(MarkdownText.Sentence(unmet)).Append('\n');
        text.Append("\nThe workspace was not touched; this is the change:\n\n").Append(MarkdownText.Fence(change.Text("diff") ?? "", "diff")).Append('\n');
        if (report.Reviews.Count == 0)
            return;
        text.Append("## Reviews\n\n");
        foreach (var review in report.Reviews)
            WriteReview(review, text);
    }

    private static void WriteReview(JsonElement review, StringBuilder text)
    {
        text.Append("### ").Append(Score(review)).Append("\n\n");
        foreach (var finding in review.Items("findings"))
        {
            text.Append("- **").Append(MarkdownText.Escape(finding.Text("severity") ?? "LOW")).Append("** ");
            if (finding.Text("file") is { Length: > 0 } file)
                text.Append(Words.Place(file, finding.Whole("start_line") ?? 1, 0)).Append(": ");
            text.Append(MarkdownText.Sentence(finding.Text("message") ?? finding.Text("title") ?? "")).Append(finding.Text("source") == "model" ? " (by a model)" : "").Append('\n');
        }

        text.Append('\n');
        foreach (var note in review.Texts("notes"))
            text.Append("- ").Append(MarkdownText.Sentence(note)).Append('\n');
    }

    private static string Score(JsonElement review) =>
        $"{MarkdownText.Escape(review.Text("title") ?? "Review")}: {review.Whole("score") ?? 0} of 100, {MarkdownText.Escape(review.Text("verdict") ?? "no verdict")}";

    private static string Tests(JsonElement change) => change.Child("tests") is { } tests
        ? $"Tests: {tests.Whole("passed") ?? 0} passed, {tests.Whole("failed") ?? 0} failed."
        : "No tests were run.";
}

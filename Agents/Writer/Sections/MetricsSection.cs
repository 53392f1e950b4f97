using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>Sizes, complexity and hot spots.</summary>
internal static class MetricsSection
{
    private const int Rows = 10;

    public static void Write(Report report, StringBuilder text)
    {
        if (report.Metrics is not { } metrics)
            return;
        text.Append("## Metrics\n\n");
        if (metrics.Child("totals") is { } totals)
        {
            (string Name, string Title)[] kinds = [("files", "files"), ("lines", "lines"), ("code_lines", "code"), ("comment_lines", "comments"), ("functions", "functions")];
            text.AppendJoin(", ", kinds.Where(kind => totals.Long(kind.Name) is not null).Select(kind => $"{Words.Number(totals.Long(kind.Name)!.Value)} {kind.Title}")).Append(".\n\n");
        }

        Table(text, "By language", ["Language", "Files", "Lines"], metrics.Items("languages"), item => [Name(item, "language"), Figure(item, "files"), Figure(item, "lines")]);
        Table(text, "Hot spots: changed often and complex", ["File", "Commits", "Complexity", "Score"], metrics.Items("hotspots"), item => [File(item), Figure(item, "commits"), Figure(item, "complexity"), Figure(item, "score")]);
        ChartsSection.Write(report.Charts, text);
        if (metrics.Child("duplication") is { } duplication)
            WriteDuplication(duplication, text);
        Table(text, "Most complex functions", ["Function", "Place", "Complexity", "Lines"], metrics.Items("complex"), item => [Name(item, "function"), Place(item), Figure(item, "complexity"), Figure(item, "lines")]);
        Table(text, "Largest files", ["File", "Lines"], metrics.Items("largest"), item => [File(item), Figure(item, "lines")]);
        if (metrics.Child("history") is { } history && !history.Flag("available"))
            text.Append("There is no git history, so hot spots are not known.\n\n");
        foreach (var note in metrics.Texts("notes"))
            text.Append("- ").Append(MarkdownText.Sentence(note)).Append('\n');
        if (metrics.Texts("notes").Count > 0)
            text.Append('\n');
    }

    private static void WriteDuplication(JsonElement duplication, StringBuilder text)
    {
        var (percent, lines, blocks) = (duplication.Number("percent") ?? 0, duplication.Long("duplicated_lines") ?? 0, duplication.Long("blocks") ?? 0);
        text.Append("### Duplication\n\n").Append(Words.Number(percent)).Append(" % of the code (").Append(Words.Count(lines, "line")).Append(" of ")
            .Append(Words.Number(duplication.Long("compared_lines") ?? 0)).Append(") stands in more than one place").Append(blocks == 0 ? ".\n\n" : $"; {Words.Count(blocks, "block")}, the largest first:\n\n");
        foreach (var block in duplication.Items("largest").Take(Rows))
        {
            text.Append("- ").Append(Words.Count(block.Long("lines") ?? 0, "line")).Append(": ")
                .AppendJoin(", ", block.Items("places").Select(place => Words.Place(place.Text("file") ?? "", place.Whole("start_line") ?? 1, place.Whole("end_line") ?? 1)))
                .Append(block.Long("copies") > block.Items("places").Count() ? ", …\n" : "\n");
        }

        if (blocks > 0)
            text.Append('\n');
    }

    private static void Table(StringBuilder text, string title, string[] columns, IEnumerable<JsonElement> items, Func<JsonElement, string[]> cells)
    {
        var rows = items.Where(item => item.ValueKind == JsonValueKind.Object).Take(Rows).ToArray();
        if (rows.Length == 0)
            return;
        text.Append("### ").Append(title).Append("\n\n| ").AppendJoin(" | ", columns).Append(" |\n|");
        foreach (var column in columns)
            text.Append(column is "Language" or "File" or "Function" or "Place" ? "---|" : "--:|");
        text.Append('\n');
        foreach (var row in rows)
            text.Append("| ").AppendJoin(" | ", cells(row).Select(MarkdownText.Cell)).Append(" |\n");
        text.Append('\n');
    }

    private static string Name(JsonElement item, string field) => MarkdownText.Escape(item.Text(field) ?? "");

    private static string File(JsonElement item) => MarkdownText.Code(item.Text("file") ?? "");

    private static string Figure(JsonElement item, string field) => item.Number(field) is { } number ? Words.Number(number) : "";

    private static string Place(JsonElement item) => MarkdownText.Code($"{item.Text("file")}:{item.Whole("start_line") ?? 1}");
}

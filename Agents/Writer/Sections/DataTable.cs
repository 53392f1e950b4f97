using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>A table of figures: the first column is a name, the others stand to the right.</summary>
internal static class DataTable
{
    public static void Write(StringBuilder text, string title, string[] columns, IEnumerable<JsonElement> items, Func<JsonElement, string[]> cells)
    {
        var rows = items.Where(item => item.ValueKind == JsonValueKind.Object).ToArray();
        if (rows.Length == 0)
            return;
        text.Append("### ").Append(title).Append("\n\n| ").AppendJoin(" | ", columns).Append(" |\n|---|");
        for (var i = 1; i < columns.Length; i++)
            text.Append("--:|");
        text.Append('\n');
        foreach (var row in rows)
            text.Append("| ").AppendJoin(" | ", cells(row).Select(MarkdownText.Cell)).Append(" |\n");
        text.Append('\n');
    }
}

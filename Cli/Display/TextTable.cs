namespace Cli.Display;

/// <summary>Columns of text, as wide as what is in them; the last one is not padded. <c>paint</c> adds colour to a cell, by its column.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, string[] head, IEnumerable<string[]> rows, Func<int, string, string>? paint = null)
    {
        var lines = rows.Select(row => row.Select(Words.Printable).ToArray()).Prepend(head).ToList();
        var widths = head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => column == line.Length - 1 ? cell : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", paint is null || line == head ? cells : cells.Select((cell, column) => paint(column, cell))).TrimEnd());
        }
    }
}

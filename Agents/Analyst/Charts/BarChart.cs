namespace Agents.Analyst.Charts;

/// <summary>Bars that lie, one for each name: for what is compared or ranked.</summary>
internal static class BarChart
{
    private const int Labels = 210;
    private const int Row = 24;

    public static Chart Draw(string name, string title, string unit, IReadOnlyList<(string Label, double Value)> bars)
    {
        var canvas = new SvgCanvas(720, 48 + Row * bars.Count);
        var most = bars.Max(bar => bar.Value);
        for (var i = 0; i < bars.Count; i++)
        {
            var (label, value) = bars[i];
            var y = 36 + i * Row;
            var length = most > 0 ? Math.Max(1, value / most * (canvas.Width - Labels - 110)) : 1;
            canvas.Text(Labels - 8, y + 14, Tail(label, 32), "end");
            canvas.Rectangle(Labels, y + 2, length, Row - 6, $"{label}: {Figures.Short(value)} {unit}");
            canvas.Text(Labels + length + 6, y + 14, Figures.Short(value));
        }

        var says = $"{title}, in {unit}: {string.Join("; ", bars.Select(bar => $"{bar.Label} {Figures.Short(bar.Value)}"))}.";
        return new Chart(name, title, says, canvas.Finish(title, says));
    }

    // Of a path, the end tells more than the beginning.
    private static string Tail(string label, int length) =>
        label.Length <= length ? label : label.Contains('/') ? string.Concat("…", label.AsSpan(label.Length - length + 1)) : SvgCanvas.Shorten(label, length);
}

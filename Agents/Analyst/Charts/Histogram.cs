namespace Agents.Analyst.Charts;

/// <summary>How many values lie in each of some ranges.</summary>
internal static class Histogram
{
    /// <param name="name">A plain file name.</param>
    /// <param name="title">Heading.</param>
    /// <param name="xName">What is counted.</param>
    /// <param name="bins">At least one, side by side: from, up to, and how many.</param>
    public static Chart Draw(string name, string title, string xName, IReadOnlyList<(double From, double To, long Count)> bins)
    {
        var plane = new Plane(xName, "values", (bins[0].From, bins[^1].To), (0, bins.Max(bin => bin.Count)));
        foreach (var (from, to, count) in bins)
        {
            var (x, y) = (plane.X.At(from), plane.Y.At(count));
            plane.Canvas.Rectangle(x + 0.5, y, Math.Max(0.5, plane.X.At(to) - x - 1), plane.Floor - y, $"{Figures.Short(from)} to {Figures.Short(to)}: {count:N0}");
        }

        var most = bins.MaxBy(bin => bin.Count);
        var says = $"{title}: from {Figures.Short(bins[0].From)} to {Figures.Short(bins[^1].To)} in {bins.Count} ranges; most, {most.Count:N0}, lie from {Figures.Short(most.From)} to {Figures.Short(most.To)}.";
        return new Chart(name, title, says, plane.Canvas.Finish(title, says));
    }
}

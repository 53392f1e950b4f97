namespace Agents.Analyst.Charts;

/// <summary>A line from left to right, for what changes over time, and the straight line that was fitted.</summary>
internal static class LineChart
{
    /// <param name="name">A plain file name.</param>
    /// <param name="title">Heading.</param>
    /// <param name="says">What it shows, in words.</param>
    /// <param name="xName">Name of the horizontal axis.</param>
    /// <param name="yName">Name of the vertical axis.</param>
    /// <param name="points">At least one, by x.</param>
    /// <param name="xText">How a figure of the horizontal axis is written; null: as a figure.</param>
    /// <param name="fit">y = Intercept + Slope * x; null: no line.</param>
    public static Chart Draw(
        string name, string title, string says, string xName, string yName, IReadOnlyList<(double X, double Y)> points, Func<double, string>? xText = null, (double Intercept, double Slope)? fit = null)
    {
        var (first, last) = (points[0].X, points[^1].X);
        List<double> heights = [.. points.Select(p => p.Y)];
        if (fit is { } ends)
            heights.AddRange([ends.Intercept + ends.Slope * first, ends.Intercept + ends.Slope * last]);
        var plane = new Plane(xName, yName, (first, last), (heights.Min(), heights.Max()), xText);
        plane.Canvas.Path(points.Select(p => (plane.X.At(p.X), plane.Y.At(p.Y))));
        if (fit is { } line)
            plane.Canvas.Line(plane.X.At(first), plane.Y.At(line.Intercept + line.Slope * first), plane.X.At(last), plane.Y.At(line.Intercept + line.Slope * last), "m");
        return new Chart(name, title, says, plane.Canvas.Finish(title, says));
    }
}

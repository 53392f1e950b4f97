namespace Agents.Analyst.Charts;

/// <summary>A dot for each pair of figures, and a straight line through them where one was fitted.</summary>
internal static class ScatterChart
{
    /// <param name="name">A plain file name.</param>
    /// <param name="title">Heading.</param>
    /// <param name="says">What it shows, in words.</param>
    /// <param name="xName">Name of the horizontal axis.</param>
    /// <param name="yName">Name of the vertical axis.</param>
    /// <param name="points">At least one, each with what is said when it is pointed at.</param>
    /// <param name="fit">y = Intercept + Slope * x; null: no line.</param>
    public static Chart Draw(string name, string title, string says, string xName, string yName, IReadOnlyList<(double X, double Y, string Says)> points, (double Intercept, double Slope)? fit = null)
    {
        var (least, most) = (points.Min(p => p.X), points.Max(p => p.X));
        var plane = new Plane(xName, yName, (least, most), (points.Min(p => p.Y), points.Max(p => p.Y)));
        foreach (var (x, y, about) in points)
            plane.Canvas.Dot(plane.X.At(x), plane.Y.At(y), about);
        if (fit is { } line)
            plane.Canvas.Line(plane.X.At(least), plane.Y.At(line.Intercept + line.Slope * least), plane.X.At(most), plane.Y.At(line.Intercept + line.Slope * most), "m");
        return new Chart(name, title, says, plane.Canvas.Finish(title, says));
    }
}

namespace Agents.Analyst.Charts;

/// <summary>Two axes with their names and round figures, for what is drawn by x and y.</summary>
internal sealed class Plane
{
    private const int Left = 76;
    private const int Right = 24;
    private const int Top = 40;
    private const int Bottom = 52;

    public Plane(string xName, string yName, (double Least, double Most) xRange, (double Least, double Most) yRange, Func<double, string>? xText = null)
    {
        Canvas = new SvgCanvas(720, 360);
        X = new Scale(xRange.Least, xRange.Most, Left, Canvas.Width - Right);
        Y = new Scale(yRange.Least, yRange.Most, Canvas.Height - Bottom, Top);
        foreach (var tick in Y.Ticks)
        {
            Canvas.Line(Left, Y.At(tick), Canvas.Width - Right, Y.At(tick), "f");
            Canvas.Text(Left - 6, Y.At(tick) + 4, Figures.Short(tick), "end");
        }

        foreach (var tick in X.Ticks)
        {
            Canvas.Line(X.At(tick), Canvas.Height - Bottom, X.At(tick), Canvas.Height - Bottom + 4, "x");
            Canvas.Text(X.At(tick), Canvas.Height - Bottom + 18, xText is null ? Figures.Short(tick) : xText(tick), "middle");
        }

        Canvas.Line(Left, Canvas.Height - Bottom, Canvas.Width - Right, Canvas.Height - Bottom, "x");
        Canvas.Line(Left, Top, Left, Canvas.Height - Bottom, "x");
        Canvas.Text((Left + Canvas.Width - Right) / 2.0, Canvas.Height - 12, SvgCanvas.Shorten(xName, 60), "middle");
        Canvas.Text(16, (Top + Canvas.Height - Bottom) / 2.0, SvgCanvas.Shorten(yName, 40), "middle", rotate: -90);
    }

    public SvgCanvas Canvas { get; }

    public Scale X { get; }

    public Scale Y { get; }

    public double Floor => Canvas.Height - Bottom;
}

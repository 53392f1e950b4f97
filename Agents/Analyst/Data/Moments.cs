namespace Agents.Analyst.Data;

/// <summary>Count, mean and spread of figures that pass by (Welford's method: no sum of squares that loses digits).</summary>
internal sealed class Moments
{
    private double _squares;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Of the sample, with n - 1; null for fewer than two.</summary>
    public double? Sd => Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : null;

    public void Add(double value)
    {
        Count++;
        var delta = value - Mean;
        Mean += delta / Count;
        _squares += delta * (value - Mean);
        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
    }
}

/// <summary>How two figures go together: correlation, and the straight line by least squares.</summary>
internal sealed class CoMoments
{
    private double _meanX;
    private double _meanY;
    private double _xx;
    private double _yy;
    private double _xy;

    public long Count { get; private set; }

    /// <summary>Null where one of them never changes.</summary>
    public double? Pearson => Count > 1 && _xx > 0 && _yy > 0 ? Math.Clamp(_xy / Math.Sqrt(_xx) / Math.Sqrt(_yy), -1, 1) : null;

    /// <summary>Of y by x; null where x never changes.</summary>
    public (double Intercept, double Slope)? Line => Count > 1 && _xx > 0 ? (_meanY - _xy / _xx * _meanX, _xy / _xx) : null;

    public void Add(double x, double y)
    {
        Count++;
        var (dx, dy) = (x - _meanX, y - _meanY);
        _meanX += dx / Count;
        _meanY += dy / Count;
        _xx += dx * (x - _meanX);
        _yy += dy * (y - _meanY);
        _xy += dx * (y - _meanY);
    }
}

namespace Agents.Analyst.Charts;

/// <summary>Maps figures to places of a picture, and knows round figures to write beside it.</summary>
internal sealed class Scale
{
    private readonly double _from;
    private readonly double _to;
    private readonly double _start;
    private readonly double _length;

    /// <param name="least">Smallest figure.</param>
    /// <param name="most">Largest figure; may be the same.</param>
    /// <param name="start">Where the smallest is drawn.</param>
    /// <param name="end">Where the largest is drawn.</param>
    public Scale(double least, double most, double start, double end)
    {
        var step = Step(least, most);
        _from = Math.Floor(least / step) * step;
        _to = Math.Ceiling(most / step) * step;
        if (_to <= _from)
            _to = _from + step;
        (_start, _length) = (start, end - start);
        Ticks = [.. Enumerable.Range(0, (int)Math.Round((_to - _from) / step) + 1).Select(i => Math.Round(_from + i * step, 12))];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double At(double figure) => _start + (figure - _from) / (_to - _from) * _length;

    /// <summary>1, 2 or 5 and a power of ten, so that there are about five of them.</summary>
    private static double Step(double least, double most)
    {
        var range = most - least;
        if (range <= 0 || !double.IsFinite(range))
            range = Math.Abs(most) > 0 && double.IsFinite(most) ? Math.Abs(most) : 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / 5)));
        return (range / 5 / power) switch { <= 1 => power, <= 2 => 2 * power, <= 5 => 5 * power, _ => 10 * power };
    }
}

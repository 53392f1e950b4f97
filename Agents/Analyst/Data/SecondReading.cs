using System.Runtime.InteropServices;

namespace Agents.Analyst.Data;

/// <summary>The reading in which types and ranges are known: what goes together, what changes over time, how values lie.</summary>
internal sealed class SecondReading
{
    /// <summary>Numeric columns whose pairs are looked at.</summary>
    public const int MostFigures = 30;

    private const int MostSampled = 100_000;
    private const int MostCells = 4_000_000;
    private const int MostRanked = 20_000;
    private const int Bins = 20;
    private const int Buckets = 60;
    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly IReadOnlyList<ColumnReading> _columns;
    private readonly int[] _figures;
    private readonly int _mostSampled;
    private readonly bool _decimalComma;
    private readonly CoMoments[,] _pairs;
    private readonly CoMoments[] _byTime;
    private readonly Moments _times = new();
    private readonly List<(double At, double[] Values)> _sample = [];
    private readonly long[][] _bins;
    private ulong _random = 20261121;
    private long _rows;

    public SecondReading(IReadOnlyList<ColumnReading> columns, int? time, bool decimalComma)
    {
        (_columns, _decimalComma) = (columns, decimalComma);
        _figures = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].IsNumeric && i != time)];
        if (time is { } at)
            Time = new TimeAxis(at, columns[at].DateFormat);
        Paired = Math.Min(_figures.Length, MostFigures);
        _mostSampled = Math.Min(MostSampled, MostCells / Math.Max(1, _figures.Length));
        _pairs = new CoMoments[Paired, Paired];
        for (var a = 0; a < Paired; a++)
        {
            for (var b = a + 1; b < Paired; b++)
                _pairs[a, b] = new CoMoments();
        }

        _byTime = [.. Enumerable.Range(0, Paired).Select(_ => new CoMoments())];
        _bins = [.. _figures.Select(_ => new long[Bins])];
    }

    public TimeAxis? Time { get; }

    /// <summary>Whether the sample is not all rows.</summary>
    public bool Sampled => _rows > _sample.Count;

    public int SampleSize => _sample.Count;

    /// <summary>Numeric columns whose pairs are not looked at.</summary>
    public int LeftOut => _figures.Length - Paired;

    public double From => _times.Min;

    public double To => _times.Max;

    private int Paired { get; }

    public void Add(Row row)
    {
        var values = new double[_figures.Length];
        var at = double.NaN;
        if (Time is { } axis && Cell(row, axis.Column) is { } moment && axis.Read(moment) is { } read)
            _times.Add(at = read);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Cell(row, _figures[i]) is { } cell && Cells.Number(cell, _decimalComma) is { } value ? value : double.NaN;
            if (!double.IsNaN(values[i]))
                _bins[i][Bin(i, values[i])]++;
        }

        for (var a = 0; a < Paired; a++)
        {
            if (double.IsNaN(values[a]))
                continue;
            if (!double.IsNaN(at))
                _byTime[a].Add(at, values[a]);
            for (var b = a + 1; b < Paired; b++)
            {
                if (!double.IsNaN(values[b]))
                    _pairs[a, b].Add(values[a], values[b]);
            }
        }

        Sample(at, values);
    }

    /// <summary>By column; null for what has no figures.</summary>
    public IReadOnlyList<Quartiles?> Quartiles()
    {
        var quartiles = new Quartiles?[_columns.Count];
        for (var i = 0; i < _figures.Length; i++)
        {
            double[] values = [.. _sample.Select(row => row.Values[i]).Where(value => !double.IsNaN(value)).Order()];
            if (values.Length > 0)
                quartiles[_figures[i]] = new(Data.Quantiles.Of(values, 0.25), Data.Quantiles.Of(values, 0.5), Data.Quantiles.Of(values, 0.75));
        }

        return quartiles;
    }

    /// <summary>All pairs that have one, the strongest first.</summary>
    public IReadOnlyList<Correlation> Correlations()
    {
        List<Correlation> found = [];
        for (var a = 0; a < Paired; a++)
        {
            for (var b = a + 1; b < Paired; b++)
            {
                if (_pairs[a, b].Pearson is { } pearson)
                    found.Add(new Correlation(_columns[_figures[a]].Name, _columns[_figures[b]].Name, _pairs[a, b].Count, pearson, Data.Quantiles.Spearman(Pairs(a, b, MostRanked))));
            }
        }

        return [.. found.OrderByDescending(pair => Math.Abs(pair.Pearson))];
    }

    public IReadOnlyList<Trend> Trends()
    {
        if (Time is not { } axis)
            return [];
        // Per day is too small a figure for what takes years.
        var perYear = !axis.Dates || To - From > 3 * TimeAxis.DaysOfAYear;
        var factor = axis.Dates && perYear ? TimeAxis.DaysOfAYear : 1;
        return
        [
            .. Enumerable.Range(0, Paired)
                .Where(i => _byTime[i] is { Count: > 2, Line: not null })
                .Select(i => (Name: _columns[_figures[i]].Name, Moments: _byTime[i], Line: _byTime[i].Line!.Value, R: _byTime[i].Pearson ?? 0))
                .Select(one => new Trend(
                    one.Name, _columns[axis.Column].Name, one.Moments.Count, one.Line.Slope * factor, perYear ? "year" : "day",
                    one.Line.Intercept + one.Line.Slope * From, one.Line.Intercept + one.Line.Slope * To, one.R * one.R))
                .OrderByDescending(trend => trend.RSquared),
        ];
    }

    /// <summary>How the values of a column lie, in ranges of one width.</summary>
    public IReadOnlyList<(double From, double To, long Count)> Histogram(string column)
    {
        var i = Index(column);
        var (least, most) = (_columns[_figures[i]].Numbers.Min, _columns[_figures[i]].Numbers.Max);
        var width = (most - least) / Bins;
        return width > 0 ? [.. _bins[i].Select((count, bin) => (least + bin * width, bin == Bins - 1 ? most : least + (bin + 1) * width, count))] : [(least, least, _bins[i].Sum())];
    }

    /// <summary>Means over stretches of time, of the sample.</summary>
    public IReadOnlyList<(double X, double Y)> OverTime(string column)
    {
        var i = Index(column);
        var width = Math.Max((To - From) / Buckets, double.Epsilon);
        return
        [
            .. _sample.Where(row => !double.IsNaN(row.At) && !double.IsNaN(row.Values[i]))
                .GroupBy(row => Math.Min(Buckets - 1, (int)((row.At - From) / width))).OrderBy(group => group.Key)
                .Select(group => (group.Average(row => row.At), group.Average(row => row.Values[i]))),
        ];
    }

    public IReadOnlyList<(double X, double Y)> Pairs(string x, string y, int most) => Pairs(Index(x), Index(y), most);

    public (double Intercept, double Slope)? Fit(string x, string y) => _pairs[Math.Min(Index(x), Index(y)), Math.Max(Index(x), Index(y))].Line;

    /// <summary>A time as it is written.</summary>
    public string Day(double at) => Time is { Dates: true } ? s_epoch.AddDays(at).ToString(To - From < 3 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd") : at.ToString("0");

    // Every row is in the sample with the same chance (reservoir sampling), and the same file always gives the same sample.
    private void Sample(double at, double[] values)
    {
        _rows++;
        if (_sample.Count < _mostSampled)
        {
            _sample.Add((at, values));
            return;
        }

        _random = _random * 6364136223846793005 + 1442695040888963407;
        var place = (long)(_random >> 16) % _rows;
        if (place < _sample.Count)
            _sample[(int)place] = (at, values);
    }

    // Random already, and in the order of the file when it is all rows.
    private List<(double X, double Y)> Pairs(int a, int b, int most)
    {
        var every = Math.Max(1, (_sample.Count + most - 1) / most);
        return [.. _sample.Where((row, i) => i % every == 0 && !double.IsNaN(row.Values[a]) && !double.IsNaN(row.Values[b])).Select(row => (row.Values[a], row.Values[b]))];
    }

    private int Bin(int figure, double value)
    {
        var numbers = _columns[_figures[figure]].Numbers;
        var range = numbers.Max - numbers.Min;
        return range > 0 && double.IsFinite(range) ? Math.Clamp((int)((value - numbers.Min) / range * Bins), 0, Bins - 1) : 0;
    }

    private int Index(string column) => Array.FindIndex(_figures, figure => _columns[figure].Name == column);

    private static string? Cell(Row row, int column) => column < row.Cells.Count && !Cells.IsMissing(row.Cells[column]) ? row.Cells[column] : null;

    /// <summary>The column that is the time; figures of it are days since 1970, or years.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct TimeAxis(int Column, string? Format)
    {
        public const double DaysOfAYear = 365.25;

        public bool Dates => Format is not null;

        public double? Read(string cell) => Format is { } format ? (Cells.Date(cell, format) is { } date ? (date - s_epoch).TotalDays : null) : Cells.Number(cell, decimalComma: false);
    }
}

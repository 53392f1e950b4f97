using System.Numerics;

namespace Agents.Analyst.Data;

/// <summary>The first reading of a column: what its values are, and what can be said of them as they pass by.</summary>
internal sealed class ColumnReading(string name)
{
    // Nineteen of twenty must be numbers for a column of numbers; the rest is told as unreadable.
    private const double NumberShare = 0.95;
    private const int MostTop = 10;
    private readonly Dictionary<string, long> _values = [];
    private readonly Problems _noNumbers = new();
    private int _formats = (1 << Cells.DateFormats.Length) - 1;
    private long _booleans;
    private long _codes;
    private bool _fractions;
    private bool _more;

    public string Name { get; } = name;

    public long Count { get; private set; }

    public Moments Numbers { get; } = new();

    /// <summary>integer, number, boolean, date, text or empty; known when all rows are read.</summary>
    public string Type { get; private set; } = "empty";

    public bool IsNumeric => Type is "integer" or "number";

    /// <summary>How dates are written; null for what is no date.</summary>
    public string? DateFormat { get; private set; }

    public IReadOnlyList<TopValue> Top => [.. _values.Where(pair => pair.Value > 1 || _values.Count <= MostTop).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostTop).Select(pair => new TopValue(pair.Key, pair.Value))];

    public void Add(string cell, long line, bool decimalComma, int mostValues)
    {
        Count++;
        var value = Cells.Short(cell);
        if (_values.TryGetValue(value, out var times))
            _values[value] = times + 1;
        else if (_values.Count < mostValues)
            _values[value] = 1;
        else
            _more = true;

        if (Cells.Number(cell, decimalComma) is { } number)
        {
            Numbers.Add(number);
            _fractions |= number != Math.Truncate(number);
            _codes += Cells.IsCode(cell) ? 1 : 0;
        }
        else
        {
            _noNumbers.Add(line, $"'{Cells.Short(cell)}' is no number");
            _booleans += Cells.IsBoolean(cell) ? 1 : 0;
        }

        for (var left = _formats; left != 0; left &= left - 1)
        {
            var format = BitOperations.TrailingZeroCount(left);
            if (Cells.Date(cell, Cells.DateFormats[format]) is null)
                _formats &= ~(1 << format);
        }
    }

    /// <summary>Decides the type; what a reader should know about it goes to the notes.</summary>
    public void Decide(List<string> notes)
    {
        string[] formats = [.. Cells.DateFormats.Where((_, i) => (_formats & 1 << i) != 0)];
        if (Count == 0)
            Type = "empty";
        else if (Numbers.Count >= NumberShare * Count && _codes == 0)
            Type = _fractions ? "number" : "integer";
        else if (_booleans == Count)
            Type = "boolean";
        else if (formats.Contains(Cells.MonthFirst) && formats.Contains(Cells.DayFirst))
            Ambiguous(notes);
        else if (formats.Length > 0)
            (Type, DateFormat) = ("date", formats[0]);
        else
            Type = "text";
        if (_codes > 0 && Numbers.Count == Count)
            notes.Add($"{Name}: numbers with leading zeros are codes, so they are read as text.");
    }

    private void Ambiguous(List<string> notes)
    {
        Type = "text";
        notes.Add($"{Name}: whether the day or the month comes first cannot be told from its dates, so they are read as text.");
    }

    public ColumnProfile Profile(long rows)
    {
        var numeric = IsNumeric;
        var count = numeric ? Numbers.Count : Count;
        var profile = new ColumnProfile(Name, Type, count, rows - count, _values.Count, !_more);
        return numeric
            ? profile with { Min = Numbers.Min, Max = Numbers.Max, Mean = Numbers.Mean, Sd = Numbers.Sd, Unreadable = _noNumbers.Count > 0 ? _noNumbers.Tell() : null }
            : profile with { Top = Type is "text" or "boolean" && !_more ? Top : [] };
    }
}

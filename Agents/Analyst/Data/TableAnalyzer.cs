namespace Agents.Analyst.Data;

/// <summary>
/// Analyses a file in three readings, a row at a time:
/// <code>
/// 1  types, counts, distinct values, mean and spread      (ColumnReading)
/// 2  correlations, trends, histograms, a sample of rows   (SecondReading)
/// 3  outliers, by the quartiles of the sample
/// </code>
/// Memory does not grow with the rows: distinct values and the sample are bounded, and the notes say where that mattered.
/// </summary>
internal sealed class TableAnalyzer(Table table, string file, string? time)
{
    private const int MostValues = 400_000;
    private const int MostValuesOfAColumn = 10_000;
    private const int OutlierExamples = 5;
    private readonly List<ColumnReading> _columns = [];
    private long _rows;

    /// <param name="progress">Told how many rows were read.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<TableAnalysis> RunAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        await FirstAsync(progress, cancellationToken);
        foreach (var column in _columns)
            column.Decide(table.Notes);

        var second = new SecondReading(_columns, TimeColumn(), table.DecimalComma);
        await foreach (var row in table.RowsAsync(cancellationToken))
            second.Add(row);
        var quartiles = second.Quartiles();
        var outliers = await OutliersAsync(quartiles, cancellationToken);
        if (second.Sampled)
            table.Notes.Add($"Quartiles, outlier fences and Spearman's correlations are of a random sample of {second.SampleSize:N0} of {_rows:N0} rows.");
        if (second.LeftOut > 0)
            table.Notes.Add($"Correlations and trends are of the first {SecondReading.MostFigures} numeric columns; {second.LeftOut} are left out.");
        if (_rows == 0)
            table.Notes.Add("There are no rows.");

        List<ColumnProfile> profiles = [];
        for (var i = 0; i < _columns.Count; i++)
        {
            var profile = _columns[i].Profile(_rows);
            if (quartiles[i] is { } q)
                profile = profile with { Q1 = q.Q1, Median = q.Median, Q3 = q.Q3, Outliers = outliers[i] };
            if (second.Time is { Dates: true } at && at.Column == i)
                profile = profile with { First = second.Day(second.From), Last = second.Day(second.To) };
            profiles.Add(profile);
        }

        var (correlations, trends) = (second.Correlations(), second.Trends());
        return new TableAnalysis(
            file, table.Format, new FileInfo(table.Path).Length, _rows, table.Malformed.Tell(), profiles, correlations, trends,
            TableCharts.Draw(file, profiles, correlations, trends, second), table.Notes);
    }

    private async Task FirstAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        await foreach (var row in table.RowsAsync(cancellationToken))
        {
            while (_columns.Count < table.Names.Count)
                _columns.Add(new ColumnReading(table.Names[_columns.Count]));
            var most = Math.Min(MostValuesOfAColumn, MostValues / Math.Max(1, _columns.Count)); // a row can be empty
            for (var i = 0; i < row.Cells.Count; i++)
            {
                if (row.Cells[i] is { } cell && !Cells.IsMissing(cell))
                    _columns[i].Add(cell, row.Line, table.DecimalComma, most);
            }

            if (++_rows % 100_000 == 0)
                progress(_rows);
        }

        while (_columns.Count < table.Names.Count)
            _columns.Add(new ColumnReading(table.Names[_columns.Count]));
    }

    private int? TimeColumn()
    {
        if (!string.IsNullOrEmpty(time))
        {
            var named = _columns.FindIndex(column => column.Name == time);
            if (named >= 0 && (_columns[named].Type is "date" or "integer"))
                return named;
            table.Notes.Add(named < 0 ? $"There is no column '{time}' to be the time." : $"Column '{time}' is neither dates nor years, so it is not the time.");
        }

        var dates = _columns.FindIndex(column => column.Type == "date");
        var years = _columns.FindIndex(column => column.Type == "integer" && column.Name.Equals("year", StringComparison.OrdinalIgnoreCase) && column.Numbers is { Min: >= 1000, Max: <= 3000 });
        return dates >= 0 ? dates : years >= 0 ? years : null;
    }

    private async Task<Outliers?[]> OutliersAsync(IReadOnlyList<Quartiles?> quartiles, CancellationToken cancellationToken)
    {
        var counts = new long[quartiles.Count];
        var far = quartiles.Select(_ => new PriorityQueue<OutlierValue, double>()).ToArray();
        await foreach (var row in table.RowsAsync(cancellationToken))
        {
            for (var i = 0; i < row.Cells.Count; i++)
            {
                if (quartiles[i] is not { } q || row.Cells[i] is not { } cell || Cells.IsMissing(cell) || Cells.Number(cell, table.DecimalComma) is not { } value || (value >= q.Low && value <= q.High))
                    continue;
                counts[i]++;
                far[i].Enqueue(new OutlierValue(row.Line, value), value > q.High ? value - q.High : q.Low - value);
                if (far[i].Count > OutlierExamples)
                    far[i].Dequeue();
            }
        }

        return [.. quartiles.Select((q, i) => q is { } fence
            ? new Outliers(fence.Low, fence.High, counts[i], [.. far[i].UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element.Line).Select(item => item.Element)])
            : null)];
    }
}

/// <summary>The quartiles of a column, and Tukey's fences around them.</summary>
internal sealed record Quartiles(double Q1, double Median, double Q3)
{
    public double Low => Q1 - 1.5 * (Q3 - Q1);

    public double High => Q3 + 1.5 * (Q3 - Q1);
}

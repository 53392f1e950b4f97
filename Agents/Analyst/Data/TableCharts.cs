using System.Text.RegularExpressions;
using Agents.Analyst.Charts;

namespace Agents.Analyst.Data;

/// <summary>The pictures of a table: a few that say most, each named after the file and the columns.</summary>
internal static partial class TableCharts
{
    private const int MostHistograms = 4;
    private const int MostTrends = 3;
    private const int MostPairs = 2;
    private const int MostBars = 2;
    private const int MostDots = 400;

    // From here on two columns go together so far that a picture shows it.
    private const double Strong = 0.5;

    public static IReadOnlyList<Chart> Draw(string file, IReadOnlyList<ColumnProfile> columns, IReadOnlyList<Correlation> correlations, IReadOnlyList<Trend> trends, SecondReading data)
    {
        List<Chart> charts = [];
        foreach (var trend in trends.Take(MostTrends))
        {
            var line = (trend.Start - (trend.End - trend.Start) / (data.To - data.From) * data.From, (trend.End - trend.Start) / (data.To - data.From));
            var says = $"{trend.Column} from {data.Day(data.From)} to {data.Day(data.To)}, as means over stretches of time; the fitted line goes from {Figures.Short(trend.Start)} to {Figures.Short(trend.End)} and explains {100 * trend.RSquared:0.#} % of the variance.";
            charts.Add(LineChart.Draw(Name(file, "trend", trend.Column), $"{trend.Column} over {trend.Time}", says, trend.Time, trend.Column, data.OverTime(trend.Column), data.Day, line));
        }

        foreach (var pair in correlations.Where(pair => Math.Abs(pair.Pearson) >= Strong).Take(MostPairs))
        {
            var dots = data.Pairs(pair.X, pair.Y, MostDots).Select(dot => (dot.X, dot.Y, $"{Figures.Short(dot.X)}, {Figures.Short(dot.Y)}")).ToList();
            var says = $"{pair.Y} by {pair.X}: Pearson's r is {pair.Pearson:0.00} over {pair.Count:N0} rows{(dots.Count < pair.Count ? $"; {dots.Count} of them are drawn" : "")}.";
            charts.Add(ScatterChart.Draw(Name(file, "pair", $"{pair.X}-{pair.Y}"), $"{pair.Y} by {pair.X}", says, pair.X, pair.Y, dots, data.Fit(pair.X, pair.Y)));
        }

        foreach (var column in columns.Where(column => column is { Q1: not null, Distinct: > 2 }).Take(MostHistograms))
            charts.Add(Histogram.Draw(Name(file, "values", column.Name), $"Values of {column.Name}", column.Name, data.Histogram(column.Name)));

        foreach (var column in columns.Where(column => column is { Type: "text", DistinctExact: true, Distinct: > 1 and <= 12, Top.Count: > 0 }).Take(MostBars))
            charts.Add(BarChart.Draw(Name(file, "counts", column.Name), $"Rows by {column.Name}", "rows", [.. column.Top.Select(top => (top.Value, (double)top.Count))]));
        return charts;
    }

    private static string Name(string file, string kind, string columns) => $"{Slug(file, 30)}-{kind}-{Slug(columns, 36)}.svg";

    private static string Slug(string text, int length)
    {
        var slug = NoName().Replace(text.ToLowerInvariant(), "-").Trim('-');
        return slug.Length == 0 ? "x" : slug[..Math.Min(slug.Length, length)].Trim('-');
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoName();
}

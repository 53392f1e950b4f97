using System.ComponentModel;
using Agents.Analyst.Charts;

namespace Agents.Analyst.Data;

internal sealed record TablesInput(
    [property: Description("Globs a file has to match one of; absent or empty: all CSV, TSV, JSON and JSON Lines files.")] IReadOnlyList<string>? Include = null,
    [property: Description("Globs of files and folders to leave out.")] IReadOnlyList<string>? Exclude = null);

internal sealed record TableFile(string File, string Format, long Bytes);

internal sealed record TablesOutput(IReadOnlyList<TableFile> Tables, [property: Description("Files that are left out, and why.")] IReadOnlyList<string> Missing);

internal sealed record AnalyzeInput(
    [property: Description("A CSV, TSV, JSON or JSON Lines file, relative to the workspace.")] string File,
    [property: Description("The column that is the time; empty: the first column of dates, or one that is called year.")] string? Time = null);

internal sealed record MalformedRow([property: Description("From 1; 0 where a line is not known.")] long Line, string Reason);

internal sealed record MalformedRows(long Count, [property: Description("The first.")] IReadOnlyList<MalformedRow> Examples);

internal sealed record TopValue(string Value, long Count);

internal sealed record OutlierValue(long Line, double Value);

internal sealed record Outliers(
    [property: Description("First quartile less 1.5 times the distance of the quartiles.")] double LowFence,
    [property: Description("Third quartile plus 1.5 times the distance of the quartiles.")] double HighFence,
    long Count,
    [property: Description("Those farthest out.")] IReadOnlyList<OutlierValue> Examples);

internal sealed record ColumnProfile(
    string Name,
    [property: Description("integer, number, boolean, date, text or empty.")] string Type,
    [property: Description("Rows with a value.")] long Count,
    long Missing,
    long Distinct,
    [property: Description("False: there are more distinct values than were kept.")] bool DistinctExact)
{
    [Description("Of dates as text.")]
    public string? First { get; init; }

    public string? Last { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Mean { get; init; }

    [Description("Sample standard deviation (n - 1).")]
    public double? Sd { get; init; }

    public double? Q1 { get; init; }

    public double? Median { get; init; }

    public double? Q3 { get; init; }

    [Description("Values that are no numbers in a column of numbers; they count as missing.")]
    public MalformedRows? Unreadable { get; init; }

    public IReadOnlyList<TopValue> Top { get; init; } = [];

    public Outliers? Outliers { get; init; }
}

internal sealed record Correlation(
    string X,
    string Y,
    [property: Description("Rows where both have a value.")] long Count,
    [property: Description("Pearson's r over all rows.")] double Pearson,
    [property: Description("Spearman's rank correlation; over a sample where there are many rows.")] double? Spearman);

internal sealed record Trend(
    string Column,
    string Time,
    long Count,
    [property: Description("Change of the column per unit of time, by least squares.")] double Slope,
    [property: Description("day or year.")] string Unit,
    [property: Description("Of the fitted line at the first time.")] double Start,
    [property: Description("Of the fitted line at the last time.")] double End,
    [property: Description("Share of the variance that the line explains, 0 to 1.")] double RSquared);

internal sealed record TableAnalysis(
    string File,
    string Format,
    long Bytes,
    long Rows,
    MalformedRows Malformed,
    IReadOnlyList<ColumnProfile> Columns,
    IReadOnlyList<Correlation> Correlations,
    IReadOnlyList<Trend> Trends,
    IReadOnlyList<Chart> Charts,
    IReadOnlyList<string> Notes);

using System.ComponentModel;
using Agents.Analyst.Charts;
using Agents.Analyst.History;
using Agents.Rules.Metrics;
using Agents.Rules.Metrics.Duplication;

namespace Agents.Analyst;

internal sealed record MetricsInput(
    [property: Description("Globs a file has to match one of; absent or empty: all.")] IReadOnlyList<string>? Include = null,
    [property: Description("Globs of files and folders to leave out.")] IReadOnlyList<string>? Exclude = null);

internal sealed record HistoryInfo(bool Available, [property: Description("How many were looked at.")] int Commits);

internal sealed record MetricsOutput(
    Totals Totals,
    IReadOnlyList<LanguageMetrics> Languages,
    IReadOnlyList<LargeFile> Largest,
    IReadOnlyList<ComplexFunction> Complex,
    IReadOnlyList<HotSpot> Hotspots,
    HistoryInfo History,
    DuplicationMetrics Duplication,
    IReadOnlyList<Chart> Charts,
    IReadOnlyList<string> Notes)
{
    public static MetricsOutput Of(CodeMetrics metrics, ChangeHistory history) => new(
        metrics.Totals,
        metrics.Languages,
        metrics.Largest,
        metrics.Complex,
        metrics.Hotspots,
        new HistoryInfo(history.Available, history.Commits),
        metrics.Duplication,
        CodeCharts.Draw(metrics.Languages, metrics.Hotspots),
        history.Note.Length > 0 ? [.. metrics.Notes, history.Note] : metrics.Notes);
}

using System.ComponentModel;
using Agents.Analyst.Charts;
using Agents.Analyst.Duplication;

namespace Agents.Analyst;

internal sealed record MetricsInput(
    [property: Description("Globs a file has to match one of; absent or empty: all.")] IReadOnlyList<string>? Include = null,
    [property: Description("Globs of files and folders to leave out.")] IReadOnlyList<string>? Exclude = null);

internal sealed record Totals(int Files, long Lines, long CodeLines, long CommentLines, int Functions);

internal sealed record LanguageMetrics(string Language, int Files, long Lines, long CodeLines, long CommentLines, int Functions);

internal sealed record LargeFile(string File, int Lines);

internal sealed record ComplexFunction(
    string File,
    string Function,
    int StartLine,
    [property: Description("Ways through it: one, and one more for each decision.")] int Complexity,
    int Lines);

internal sealed record HotSpot(
    string File,
    [property: Description("Commits that changed it.")] int Commits,
    [property: Description("Of all its functions together.")] int Complexity,
    [property: Description("0 to 100: changed often and complex.")] double Score);

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
    IReadOnlyList<string> Notes);

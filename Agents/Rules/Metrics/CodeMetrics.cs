using System.ComponentModel;
using Agents.Rules.Metrics.Duplication;

namespace Agents.Rules.Metrics;

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

/// <summary>What was measured of the programs of a workspace.</summary>
/// <param name="Languages">The largest first.</param>
/// <param name="Largest">Files.</param>
/// <param name="Complex">Functions.</param>
/// <param name="Hotspots">Empty without a history.</param>
/// <param name="Notes">What was left out, in sentences.</param>
internal sealed record CodeMetrics(
    Totals Totals,
    IReadOnlyList<LanguageMetrics> Languages,
    IReadOnlyList<LargeFile> Largest,
    IReadOnlyList<ComplexFunction> Complex,
    IReadOnlyList<HotSpot> Hotspots,
    DuplicationMetrics Duplication,
    IReadOnlyList<string> Notes);

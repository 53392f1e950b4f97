using Agents.Analyst.Charts;
using Agents.Rules.Metrics;

namespace Agents.Analyst;

/// <summary>The pictures of an audit: where the code is, and which files are changed often and complex.</summary>
internal static class CodeCharts
{
    private const int MostBars = 12;

    public static IReadOnlyList<Chart> Draw(IReadOnlyList<LanguageMetrics> languages, IReadOnlyList<HotSpot> spots)
    {
        var charts = new List<Chart>();
        if (languages.Count > 1)
            charts.Add(BarChart.Draw("languages.svg", "Code by language", "lines of code", [.. languages.Take(MostBars).Select(language => (language.Language, (double)language.CodeLines))]));
        if (spots.Count > 2)
        {
            var says = $"Each dot is a file: how many commits changed it, and how complex it is. Top right is where a change is risky. The first: {string.Join("; ", spots.Take(3).Select(spot => $"{spot.File} ({spot.Commits} commits, complexity {spot.Complexity})"))}.";
            charts.Add(ScatterChart.Draw("hotspots.svg", "Hot spots", says, "commits", "complexity", [.. spots.Select(spot => ((double)spot.Commits, (double)spot.Complexity, $"{spot.File}: {spot.Commits} commits, complexity {spot.Complexity}"))]));
        }

        return charts;
    }
}

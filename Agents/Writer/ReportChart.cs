using System.Text.Json;
using System.Text.RegularExpressions;

namespace Agents.Writer;

/// <summary>A picture that another agent drew.</summary>
internal sealed partial record ReportChart(string Name, string Title, string Description, string Svg)
{
    private const int MostCharacters = 400_000;

    /// <summary>Those of a part; one that is no plain picture (a script, a link, another file's name) is left out.</summary>
    public static IReadOnlyList<ReportChart> ReadAll(JsonElement? part) =>
        part is null ? [] : [.. part.Value.Items("charts").Select(Read).OfType<ReportChart>().DistinctBy(chart => chart.Name)];

    private static ReportChart? Read(JsonElement chart) =>
        chart.Text("name") is { } name && FileName().IsMatch(name) && chart.Text("svg") is { Length: <= MostCharacters } svg
        && svg.StartsWith("<svg ", StringComparison.Ordinal) && !Active().IsMatch(svg)
            ? new ReportChart(name, chart.Text("title") ?? name, chart.Text("description") ?? "", svg)
            : null;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,80}\.svg\z", RegexOptions.NonBacktracking)]
    private static partial Regex FileName();

    [GeneratedRegex(@"<\s*(script|foreignObject|iframe|image|use|a)\b|\shref\s*=|\son[a-z]+\s*=|<!|<\?|url\s*\(|@import", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Active();
}

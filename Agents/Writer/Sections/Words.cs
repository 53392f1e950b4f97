using System.Globalization;
using Agents.Writer.Findings;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>Numbers and places as people read them.</summary>
internal static class Words
{
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>Four digits that matter, as measured figures have them.</summary>
    public static string Figure(double figure)
    {
        var size = Math.Abs(figure);
        if (size is not 0 and (>= 1e12 or < 1e-4))
            return figure.ToString("0.###E+0", CultureInfo.InvariantCulture);
        var digits = size == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        return Math.Round(figure, digits).ToString("#,0.########", CultureInfo.InvariantCulture);
    }

    public static string Count(long number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";

    public static string Place(Finding finding) => Place(finding.File, finding.StartLine, finding.EndLine);

    public static string Place(string file, int start, int end) => MarkdownText.Code(end > start ? $"{file}:{start}-{end}" : $"{file}:{start}");
}

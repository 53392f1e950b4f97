using System.Globalization;

namespace Agents.Analyst.Charts;

/// <summary>Figures as pictures and sentences show them.</summary>
internal static class Figures
{
    /// <summary>Four digits that matter, thousands apart: 1,234, 0.001234, 1.2E+12.</summary>
    public static string Short(double figure)
    {
        var size = Math.Abs(figure);
        if (size == 0)
            return "0";
        if (size is >= 1e12 or < 1e-4)
            return figure.ToString("0.###E+0", CultureInfo.InvariantCulture);
        var digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        return Math.Round(figure, digits).ToString("#,0.########", CultureInfo.InvariantCulture);
    }
}
